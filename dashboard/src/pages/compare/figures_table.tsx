// The same figures as the chart, as a table: a row for each part of time, a column for each line.
import { useRef } from "preact/hooks";

import { type Comparison, type Line, type Scale, timesUsual } from "../../domain/comparison";
import { formatCount, formatDayAndTime, formatRate, plural } from "../../domain/format";
import type { Span } from "../../domain/range";
import { LineSample } from "../../parts/line_sample";
import { Spacer, useRowsInSight } from "../../parts/rows_in_sight";
import { lineKey, lineName } from "./line_name";

export function FiguresTable({ comparison, scale }: { comparison: Comparison; scale: Scale }) {
  const frame = useRef<HTMLDivElement>(null);
  const { parts, lines, known } = comparison;
  const { first, last } = useRowsInSight(frame, parts.length);
  const newest = parts.length - 1;
  const rows = Array.from({ length: last - first }, (_, index) => newest - first - index); // the newest on top
  return (
    <div
      ref={frame}
      class="table-window comparison-table"
      tabIndex={0}
      role="group"
      aria-label={`Table of ${plural(parts.length, "part")} and ${plural(lines.length, "line")}`}
    >
      <table class="data dense" aria-rowcount={parts.length + 2}>
        <thead>
          <tr aria-rowindex={1}>
            <th scope="col">From</th>
            {lines.map((line, index) => (
              <th key={lineKey(line)} scope="col" class="numeric" title={lineName(line)}>
                <LineSample index={index} /> <span class="picked-name">{lineName(line)}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <tr aria-rowindex={2} class="strong">
            <th scope="row">All</th>
            {lines.map((line) => (
              <td key={lineKey(line)} class="numeric">
                {line.complete ? formatCount(line.total) : <AtLeast>{formatCount(line.total)}</AtLeast>}
              </td>
            ))}
          </tr>
          <Spacer rows={first} />
          {rows.map((part) => (
            <tr key={parts[part]!.from} aria-rowindex={newest - part + 3}>
              <th scope="row">{formatDayAndTime(parts[part]!.from)}</th>
              {lines.map((line) => (
                <td key={lineKey(line)} class="numeric">
                  <Value
                    line={line}
                    count={line.counts[part]!}
                    part={parts[part]!}
                    known={known.get(line.repository)![part]!}
                    scale={scale}
                  />
                </td>
              ))}
            </tr>
          ))}
          <Spacer rows={parts.length - last} />
        </tbody>
      </table>
    </div>
  );
}

interface ValueProps {
  line: Line;
  count: number;
  part: Span;
  known: boolean;
  scale: Scale;
}

function Value({ line, count, part, known, scale }: ValueProps) {
  const text = scaleText(scale, scale === "events" ? count : timesUsual(count, line.perHour, part));
  if (known) return <>{text}</>;
  if (count > 0) return <AtLeast>{text}</AtLeast>;
  return (
    <span class="muted" title="Not known">
      <span aria-hidden="true">–</span>
      <span class="visually-hidden">not known</span>
    </span>
  );
}

function AtLeast({ children }: { children: string }) {
  return (
    <span class="muted" title="At least: a part of this time was not watched, or is not over">
      <span aria-hidden="true">≥ </span>
      <span class="visually-hidden">at least </span>
      {children}
    </span>
  );
}

// `1,204` events, or `1.32×` the usual number.
export function scaleText(scale: Scale, value: number | null): string {
  if (value === null) return "–";
  return scale === "events" ? formatCount(value) : `${formatRate(value)}×`;
}
