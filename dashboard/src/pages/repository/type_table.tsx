// The table of the time between events of each type, with the distribution of each.
import type { ComponentChildren } from "preact";
import { useMemo, useState } from "preact/hooks";

import type { Statistics, TypeStatistics } from "../../api/types";
import { IntervalHistogram } from "../../charts/interval_histogram";
import { type Point, intervals_between } from "../../domain/activity";
import { format_count, format_duration, format_rate, parse_time, type_label } from "../../domain/format";
import { is_few, type_rate } from "../../domain/rates";
import { colour_slot } from "../../domain/type_colours";
import { Few, FewNote } from "../../parts/few";
import { ExpectedTime, RelativeTime } from "../../parts/times";
import type { RepositoryModel } from "../../state/repository_model";

type Column = "type" | "events" | "rate" | "average_seconds" | "median_seconds" | "p90_seconds" | "stddev_seconds" | "last_event_at" | "expected_next_at";

const kColumns: { name: Column; label: string; title: string; numeric: boolean }[] = [
  { name: "type", label: "Type", title: "Type of event", numeric: false },
  { name: "events", label: "Events", title: "Number of events in the window", numeric: true },
  { name: "rate", label: "Per hour", title: "Events per hour, over the time in which the repository was watched", numeric: true },
  { name: "average_seconds", label: "Average", title: "Average time between two events of this type", numeric: true },
  { name: "median_seconds", label: "Median", title: "Half of the intervals are shorter", numeric: true },
  { name: "p90_seconds", label: "90th percentile", title: "90 % of the intervals are shorter", numeric: true },
  { name: "stddev_seconds", label: "Std. deviation", title: "Standard deviation of the intervals", numeric: true },
  { name: "last_event_at", label: "Last event", title: "Time of the last event of this type", numeric: true },
  { name: "expected_next_at", label: "Next expected", title: "Time of the last event plus the average interval", numeric: true },
];

export function TypeTable({ model, statistics }: { model: RepositoryModel; statistics: Statistics | null }) {
  const [sort, set_sort] = useState<{ column: Column; down: boolean }>({ column: "events", down: true });
  const intervals = useMemo(() => intervals_by_type(model, statistics), [model.entries.value, statistics]);
  if (!statistics || statistics.types.length === 0)
    return (
      <section class="panel area-types" aria-labelledby="types-title">
        <div class="panel-head"><h2 id="types-title">Time between events</h2></div>
        <p class="muted">{statistics ? "The window contains no events." : "No statistics yet."}</p>
      </section>
    );
  const rows = [...statistics.types].sort((a, b) => compare(sort_value(a, sort.column), sort_value(b, sort.column)) * (sort.down ? -1 : 1));
  return (
    <section class="panel area-types" aria-labelledby="types-title">
      <div class="panel-head">
        <h2 id="types-title">Time between events</h2>
        <p class="muted">{statistics.window.rule}</p>
      </div>
      <div class="table-scroll" tabIndex={0} role="group" aria-label="Table of the time between events">
        <table class="data">
          <thead>
            <tr>
              {kColumns.map(({ name, label, title, numeric }) => (
                <th key={name} scope="col" class={numeric ? "numeric" : ""} aria-sort={sort.column !== name ? undefined : sort.down ? "descending" : "ascending"}>
                  <button type="button" title={title} onClick={() => set_sort({ column: name, down: sort.column === name ? !sort.down : numeric })}>
                    {label}
                  </button>
                </th>
              ))}
              <th scope="col" class="distribution" title="How often each length of interval occurs: under 10 s on the left, over 3 days on the right">Distribution</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <TypeRow key={row.type} row={row} intervals={intervals.get(row.type) ?? []} />
            ))}
          </tbody>
        </table>
      </div>
      {rows.some(is_few) && <FewNote />}
    </section>
  );
}

function TypeRow({ row, intervals }: { row: TypeStatistics; intervals: number[] }) {
  const marked = (value: number | null, format: (value: number) => ComponentChildren) =>
    value === null ? "–" : <Few few={is_few(row)} events={row.events}>{format(value)}</Few>;
  return (
    <tr>
      <th scope="row">
        <span class={`dot type-${colour_slot(row.type)}`} /> {type_label(row.type)}
      </th>
      <td class="numeric">{format_count(row.events)}</td>
      <td class="numeric">{marked(type_rate(row), format_rate)}</td>
      <td class="numeric strong">{marked(row.average_seconds, format_duration)}</td>
      <td class="numeric">{marked(row.median_seconds, format_duration)}</td>
      <td class="numeric">{marked(row.p90_seconds, format_duration)}</td>
      <td class="numeric">{marked(row.stddev_seconds, format_duration)}</td>
      <td class="numeric"><RelativeTime at={parse_time(row.last_event_at)} /></td>
      <td class="numeric">{marked(parse_time(row.expected_next_at), (at) => <ExpectedTime at={at} />)}</td>
      <td class="distribution"><IntervalHistogram intervals={intervals} slot={colour_slot(row.type)} /></td>
    </tr>
  );
}

// Types are sorted by the label that the reader sees.
function sort_value(row: TypeStatistics, column: Column): string | number | null {
  if (column === "type") return type_label(row.type);
  return column === "rate" ? type_rate(row) : row[column];
}

function compare(a: string | number | null, b: string | number | null): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  return a < b ? -1 : Number(a > b);
}

// Only intervals inside the window, so that the distributions agree with the figures beside them.
function intervals_by_type(model: RepositoryModel, statistics: Statistics | null): Map<string, number[]> {
  const from = parse_time(statistics?.window.from) ?? Infinity;
  const by_type = new Map<string, Point[]>();
  for (const entry of model.entries.value) {
    if (entry.at < from) break;
    const points = by_type.get(entry.type);
    if (points) points.push(entry);
    else by_type.set(entry.type, [entry]);
  }
  return new Map([...by_type].map(([type, points]) => [type, intervals_between(points)]));
}
