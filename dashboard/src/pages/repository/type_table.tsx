// The table of the time between events of each type, with the distribution of each.
import type { ComponentChildren } from "preact";
import { useMemo, useState } from "preact/hooks";

import type { Statistics, TypeStatistics } from "../../api/types";
import { IntervalHistogram } from "../../charts/interval_histogram";
import { intervalsBetween, type Point } from "../../domain/activity";
import { formatCount, formatDuration, formatRate, parseTime, plural, typeLabel } from "../../domain/format";
import { isFew, typeRate } from "../../domain/rates";
import { typeClass } from "../../domain/type_colours";
import { Few, FewNote } from "../../parts/few";
import { ExpectedTime, RelativeTime } from "../../parts/times";
import type { PageRange } from "./range";
import type { RangeEvents } from "./range_events";
import { rangeName } from "./range_name";

type Column =
  | "type"
  | "events"
  | "rate"
  | "average_seconds"
  | "median_seconds"
  | "p90_seconds"
  | "stddev_seconds"
  | "last_event_at"
  | "expected_next_at";

const COLUMNS: { name: Column; label: string; title: string; numeric: boolean }[] = [
  { name: "type", label: "Type", title: "Type of event", numeric: false },
  { name: "events", label: "Events", title: "Number of events in the range", numeric: true },
  {
    name: "rate",
    label: "Per hour",
    title: "Events per hour, over the time in which the repository was watched",
    numeric: true,
  },
  { name: "average_seconds", label: "Average", title: "Average time between two events of this type", numeric: true },
  { name: "median_seconds", label: "Median", title: "Half of the intervals are shorter", numeric: true },
  { name: "p90_seconds", label: "90th percentile", title: "90 % of the intervals are shorter", numeric: true },
  { name: "stddev_seconds", label: "Std. deviation", title: "Standard deviation of the intervals", numeric: true },
  { name: "last_event_at", label: "Last event", title: "Time of the last event of this type", numeric: true },
  {
    name: "expected_next_at",
    label: "Next expected",
    title: "Time of the last event plus the average interval",
    numeric: true,
  },
];

interface TypeTableProps {
  statistics: Statistics | null; // of the range
  range: PageRange;
  events: RangeEvents;
  hidden: ReadonlySet<string>;
}

export function TypeTable({ statistics, range, events, hidden }: TypeTableProps) {
  const [sort, setSort] = useState<{ column: Column; down: boolean }>({ column: "events", down: true });
  const intervals = useMemo(() => intervalsByType(events, statistics), [events.entries, events.whole, statistics]);
  const shown = (statistics?.types ?? []).filter(({ type }) => !hidden.has(type));
  if (!statistics || shown.length === 0)
    return (
      <section class="panel area-types" aria-labelledby="types-title">
        <div class="panel-head">
          <h2 id="types-title">Time between events</h2>
        </div>
        <p class="muted">{statistics ? noEvents(range, hidden) : "No statistics yet."}</p>
      </section>
    );
  const rows = shown.sort(
    (a, b) => compare(sortValue(a, sort.column), sortValue(b, sort.column)) * (sort.down ? -1 : 1),
  );
  return (
    <section class="panel area-types" aria-labelledby="types-title">
      <div class="panel-head">
        <h2 id="types-title">Time between events</h2>
        <p class="muted">
          {range.choice === "window" ? statistics.window.rule : rangeName(range)}
          {hidden.size > 0 && `; without ${plural(hidden.size, "hidden type")}`}
        </p>
      </div>
      <div class="table-scroll" tabIndex={0} role="group" aria-label="Table of the time between events">
        <table class="data">
          <thead>
            <tr>
              {COLUMNS.map(({ name, label, title, numeric }) => (
                <th
                  key={name}
                  scope="col"
                  class={numeric ? "numeric" : ""}
                  aria-sort={sort.column !== name ? undefined : sort.down ? "descending" : "ascending"}
                >
                  <button
                    type="button"
                    title={title}
                    onClick={() => setSort({ column: name, down: sort.column === name ? !sort.down : numeric })}
                  >
                    {label}
                  </button>
                </th>
              ))}
              <th
                scope="col"
                class="distribution"
                title="How often each length of interval occurs: under 10 s on the left, over 3 days on the right"
              >
                Distribution
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <TypeRow key={row.type} row={row} intervals={intervals?.get(row.type) ?? []} live={range.live} />
            ))}
          </tbody>
        </table>
      </div>
      {rows.some(isFew) && <FewNote />}
      {intervals === null && !events.loading && (
        <p class="few-note">The distributions appear when all events of the range are loaded.</p>
      )}
    </section>
  );
}

interface TypeRowProps {
  row: TypeStatistics;
  intervals: number[];
  live: boolean; // else nothing is expected next
}

function TypeRow({ row, intervals, live }: TypeRowProps) {
  const marked = (value: number | null, format: (value: number) => ComponentChildren) =>
    value === null ? (
      "–"
    ) : (
      <Few few={isFew(row)} events={row.events}>
        {format(value)}
      </Few>
    );
  return (
    <tr>
      <th scope="row">
        <span class={`dot ${typeClass(row.type)}`} /> {typeLabel(row.type)}
      </th>
      <td class="numeric">{formatCount(row.events)}</td>
      <td class="numeric">{marked(typeRate(row), formatRate)}</td>
      <td class="numeric strong">{marked(row.average_seconds, formatDuration)}</td>
      <td class="numeric">{marked(row.median_seconds, formatDuration)}</td>
      <td class="numeric">{marked(row.p90_seconds, formatDuration)}</td>
      <td class="numeric">{marked(row.stddev_seconds, formatDuration)}</td>
      <td class="numeric">
        <RelativeTime at={parseTime(row.last_event_at)} />
      </td>
      <td class="numeric">
        {marked(live ? parseTime(row.expected_next_at) : null, (at) => (
          <ExpectedTime at={at} />
        ))}
      </td>
      <td class="distribution">
        <IntervalHistogram intervals={intervals} type={row.type} />
      </td>
    </tr>
  );
}

// Types are sorted by the label that the reader sees.
function sortValue(row: TypeStatistics, column: Column): string | number | null {
  if (column === "type") return typeLabel(row.type);
  return column === "rate" ? typeRate(row) : row[column];
}

function compare(a: string | number | null, b: string | number | null): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  return a < b ? -1 : Number(a > b);
}

function noEvents({ choice }: PageRange, hidden: ReadonlySet<string>): string {
  if (hidden.size > 0) return "There are no events of the types that are shown.";
  return choice === "window" ? "The window contains no events." : "The range contains no events.";
}

// Of the same events as the figures beside them; null while not all of these are loaded.
function intervalsByType({ entries, whole }: RangeEvents, statistics: Statistics | null): Map<string, number[]> | null {
  const from = parseTime(statistics?.window.from) ?? Infinity;
  if (!whole && (entries.at(-1)?.at ?? Infinity) > from) return null;
  const byType = new Map<string, Point[]>();
  for (const entry of entries) {
    if (entry.at < from) break;
    const points = byType.get(entry.type);
    if (points) points.push(entry);
    else byType.set(entry.type, [entry]);
  }
  return new Map([...byType].map(([type, points]) => [type, intervalsBetween(points)]));
}
