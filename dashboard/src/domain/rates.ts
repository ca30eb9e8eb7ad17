// Rates of events, and whether they come from too few events to be trusted.
import type { Statistics, TypeStatistics } from "../api/types";
import { HOUR, parseTime } from "./format";

export const FEW_EVENTS = 5;

export function isFew(row: TypeStatistics): boolean {
  return row.few_events ?? row.events < FEW_EVENTS;
}

// Events an hour, over the time watched. An older server does not say that: then the average interval gives the rate.
export function typeRate(row: TypeStatistics): number | null {
  return row.events_per_watched_hour === undefined ? row.events_per_hour : row.events_per_watched_hour;
}

export function tellsWatchedTime({ types }: Statistics): boolean {
  return types.some((row) => row.events_per_watched_hour !== undefined);
}

// The time between two events of any type, in seconds; null if there are fewer than two.
export function averageInterval(statistics: Statistics | null): number | null {
  const window = statistics?.window;
  const [from, to] = [parseTime(window?.from), parseTime(window?.to)];
  return window && window.events > 1 && from !== null && to !== null ? (to - from) / (window.events - 1) : null;
}

// The same for all types together. `usualInterval`: the average time between two events of any type, in seconds.
export function totalRate(statistics: Statistics, usualInterval: number | null): number | null {
  if (!tellsWatchedTime(statistics)) return usualInterval ? HOUR / usualInterval : null;
  const known = statistics.types.flatMap((row) => row.events_per_watched_hour ?? []);
  return known.length > 0 ? known.reduce((sum, rate) => sum + rate, 0) : null;
}
