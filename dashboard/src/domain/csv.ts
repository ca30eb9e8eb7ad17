// Writes statistics and events as comma-separated values (RFC 4180) that a spreadsheet opens without running a formula.
import type { GitHubEvent, Statistics, TypeStatistics } from "../api/types";

type Cell = string | number | null | undefined;

export function toCsv(header: string[], rows: Cell[][]): string {
  return `${[header, ...rows].map((row) => row.map(escapeCell).join(",")).join("\r\n")}\r\n`;
}

function escapeCell(cell: Cell): string {
  if (cell == null) return "";
  if (typeof cell === "number") return String(cell);
  // A spreadsheet runs a cell that begins like a formula; an apostrophe makes it plain text (OWASP, CSV injection).
  const harmless = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

const STATISTICS_COLUMNS: (keyof TypeStatistics)[] = [
  "type",
  "events",
  "average_seconds",
  "median_seconds",
  "p90_seconds",
  "stddev_seconds",
  "min_seconds",
  "max_seconds",
  "first_event_at",
  "last_event_at",
  "events_per_hour",
  "burstiness",
  "expected_next_at",
  "events_per_watched_hour",
  "few_events",
];

export function statisticsCsv(statistics: Statistics): string {
  return toCsv(
    STATISTICS_COLUMNS,
    statistics.types.map((row) => STATISTICS_COLUMNS.map((column) => cellOf(row[column]))),
  );
}

function cellOf(value: string | number | boolean | null | undefined): Cell {
  return typeof value === "boolean" ? String(value) : value;
}

export function eventsCsv(events: GitHubEvent[]): string {
  return toCsv(
    ["id", "type", "created_at", "actor", "action"],
    events.map((event) => {
      const action = event.payload?.action;
      return [event.id, event.type, event.created_at, event.actor?.login, typeof action === "string" ? action : null];
    }),
  );
}
