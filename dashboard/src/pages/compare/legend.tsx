// The lines of a comparison with their colours and dashes. The line of the item that has the focus or the pointer stands out.

import type { Line } from "../../domain/comparison";
import { formatCount, formatRate } from "../../domain/format";
import { LineSample } from "../../parts/line_sample";
import { lineKey, lineName } from "./line_name";

interface LegendProps {
  lines: Line[];
  hasLeast: boolean;
  onFocus: (index: number | null) => void;
}

export function Legend({ lines, hasLeast, onFocus }: LegendProps) {
  return (
    <>
      <ul class="legend comparison-legend" aria-label="Lines">
        {lines.map((line, index) => (
          <li key={lineKey(line)}>
            <button
              type="button"
              class="chip"
              title="Makes this line stand out"
              onFocus={() => onFocus(index)}
              onBlur={() => onFocus(null)}
              onMouseEnter={() => onFocus(index)}
              onMouseLeave={() => onFocus(null)}
            >
              <LineSample index={index} /> <span class="picked-name">{lineName(line)}</span>
              <span class="muted">
                {line.complete ? "" : "≥ "}
                {formatCount(line.total)}
                {line.perHour !== null && `, ${formatRate(line.perHour)} per hour`}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {hasLeast && (
        <p class="load-note muted">
          A ring is a least number: a part of that time was not watched, or is not over. Where nothing is known, there
          is no line.
        </p>
      )}
    </>
  );
}
