// The repositories as a dense table. Only the rows in sight are drawn, so that thousands cost no more than fifty.
import { useRef } from "preact/hooks";

import { formatCount, formatDuration, formatRate, plural } from "../../domain/format";
import { Few } from "../../parts/few";
import { RepositoryName } from "../../parts/repository_name";
import { Spacer, useElementKeys, useRowsInSight } from "../../parts/rows_in_sight";
import { StatusPill } from "../../parts/status";
import { Countdown, RelativeTime } from "../../parts/times";
import { type Row, SORTS, type Sort } from "./rows";
import { SelectBox, type Selection } from "./selection";

interface Column {
  sort: Sort;
  label: string;
  title: string;
  numeric: boolean;
}

const COLUMNS: Column[] = [
  { sort: "name", label: "Repository", title: "Owner and name", numeric: false },
  {
    sort: "status",
    label: "Status",
    title: "Whether the repository is polled, and how the last poll went",
    numeric: false,
  },
  {
    sort: "rate",
    label: "Per hour",
    title: "Events per hour, over the time in which the repository was watched",
    numeric: true,
  },
  { sort: "average", label: "Usually every", title: "Average time between two events of any type", numeric: true },
  { sort: "recent", label: "Last event", title: "Time of the last event", numeric: true },
  { sort: "silence", label: "Silence", title: "Time since the last event, in usual intervals", numeric: true },
  { sort: "window", label: "Window", title: "Events in the window of the statistics", numeric: true },
  { sort: "stored", label: "Stored", title: "All stored events", numeric: true },
  { sort: "next", label: "Next poll", title: "When GitHub is asked next", numeric: true },
];

interface RepositoryTableProps {
  rows: Row[];
  sort: Sort;
  reversed: boolean;
  onSort: (sort: Sort) => void;
  selection: Selection;
}

export function RepositoryTable({ rows, sort, reversed, onSort, selection }: RepositoryTableProps) {
  const frame = useRef<HTMLDivElement>(null);
  const { keys, select, set } = selection;
  const selected = rows.filter((row) => keys.has(row.key)).length;
  const { first, last } = useRowsInSight(frame, rows.length);
  const drawn = rows.slice(first, last);
  const elements = useElementKeys(
    frame,
    drawn.map((row) => row.key),
  );
  const down = SORTS[sort].down !== reversed;
  return (
    <div
      ref={frame}
      class="panel table-window"
      tabIndex={0}
      role="group"
      aria-label={`Table of ${plural(rows.length, "repository", "repositories")}`}
    >
      <table class="data dense" aria-rowcount={rows.length + 1}>
        <thead>
          <tr aria-rowindex={1}>
            <th scope="col" class="select">
              <SelectAll
                selected={selected}
                of={rows.length}
                onChange={(all) => set(all ? rows.map((row) => row.key) : [])}
              />
            </th>
            {COLUMNS.map((column) => (
              <th
                key={column.sort}
                scope="col"
                class={column.numeric ? "numeric" : ""}
                aria-sort={sort !== column.sort ? undefined : down ? "descending" : "ascending"}
              >
                <button type="button" title={column.title} onClick={() => onSort(column.sort)}>
                  {column.label}
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <Spacer rows={first} />
          {drawn.map((row, index) => (
            <TableRow
              key={elements[index]}
              row={row}
              place={first + index}
              selected={keys.has(row.key)}
              onSelect={select}
            />
          ))}
          <Spacer rows={rows.length - last} />
        </tbody>
      </table>
    </div>
  );
}

function SelectAll({ selected, of, onChange }: { selected: number; of: number; onChange: (all: boolean) => void }) {
  const all = selected === of;
  return (
    <input
      type="checkbox"
      aria-label={`Select all ${plural(of, "repository", "repositories")} of this list`}
      checked={all}
      ref={(element) => {
        if (element) element.indeterminate = selected > 0 && !all;
      }}
      onChange={() => onChange(!all)}
    />
  );
}

interface TableRowProps {
  row: Row;
  place: number;
  selected: boolean;
  onSelect: (key: string) => void;
}

function TableRow({ row, place, selected, onSelect }: TableRowProps) {
  const repository = row.model.info.value;
  const few = row.model.hasFewEvents.value && row.rate !== null;
  return (
    <tr data-repository={repository.full_name} data-key={row.key} aria-rowindex={place + 2}>
      <td class="select">
        <SelectBox name={repository.full_name} selected={selected} onSelect={() => onSelect(row.key)} />
      </td>
      <th scope="row">
        <RepositoryName repository={repository} />
      </th>
      <td>
        <StatusPill repository={repository} />
        {row.alerts > 0 && <span class="pill tone-bad">{plural(row.alerts, "alert")}</span>}
      </td>
      <td class="numeric">
        <Few few={few} events={row.events ?? 0}>
          {formatRate(row.rate)}
        </Few>
      </td>
      <td class="numeric">{formatDuration(row.average)}</td>
      <td class="numeric">
        <RelativeTime at={row.lastEventAt} />
      </td>
      <td class="numeric">
        <Silence row={row} />
      </td>
      <td class="numeric">
        {formatCount(row.events)}
        {!row.complete && (
          <em class="incomplete" title="Events may be missing in this window">
            gaps
          </em>
        )}
      </td>
      <td class="numeric">{formatCount(row.stored)}</td>
      <td class="numeric">{row.active ? <Countdown at={row.nextPollAt} /> : <span class="muted">–</span>}</td>
    </tr>
  );
}

function Silence({ row }: { row: Row }) {
  if (row.silence === null) return <span class="muted">–</span>;
  const words =
    row.level === "very-long" ? "much longer than usual" : row.level === "long" ? "longer than usual" : null;
  return (
    <span class={`silence-${row.level}`} title={words ?? undefined}>
      {formatRate(row.silence)}×{words && <span class="visually-hidden"> {words}</span>}
    </span>
  );
}
