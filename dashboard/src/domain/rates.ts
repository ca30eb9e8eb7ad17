// Rates of events, and whether they come from too few events to be trusted.
import type { Statistics, TypeStatistics } from "../api/types";
import { kHour } from "./format";

export const kFewEvents = 5;

export function is_few(row: TypeStatistics): boolean {
  return row.few_events ?? row.events < kFewEvents;
}

// Events an hour, over the time watched. An older server does not say that: then the average interval gives the rate.
export function type_rate(row: TypeStatistics): number | null {
  return row.events_per_watched_hour === undefined ? row.events_per_hour : row.events_per_watched_hour;
}

export function tells_watched_time({ types }: Statistics): boolean {
  return types.some((row) => row.events_per_watched_hour !== undefined);
}

// The same for all types together. `usual_interval`: the average time between two events of any type, in seconds.
export function total_rate(statistics: Statistics, usual_interval: number | null): number | null {
  if (!tells_watched_time(statistics)) return usual_interval ? kHour / usual_interval : null;
  const known = statistics.types.flatMap((row) => row.events_per_watched_hour ?? []);
  return known.length > 0 ? known.reduce((sum, rate) => sum + rate, 0) : null;
}
