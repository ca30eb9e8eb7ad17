// Writes a comparison as comma-separated values: a line for each line of the chart and each part of time. Where a line of the chart counts
// several types that were chosen, all of them are named; none is all types.
import { type Comparison, timesUsual } from "./comparison";
import { toCsv } from "./csv";
import { queryTime } from "./format";

const COLUMNS = ["repository", "type", "from", "to", "events", "complete", "times_usual"];

export function comparisonCsv(comparison: Comparison): string {
  const { parts, known, lines, chosen } = comparison;
  return toCsv(
    COLUMNS,
    lines.flatMap(({ repository, type, counts, perHour }) =>
      parts.map((part, index) => [
        repository,
        type ?? chosen.join(" "),
        queryTime(part.from),
        queryTime(part.to),
        counts[index],
        String(known.get(repository)![index]),
        known.get(repository)![index] ? timesUsual(counts[index]!, perHour, part) : null,
      ]),
    ),
  );
}
