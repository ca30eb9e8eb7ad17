// The events of a long stretch as numbers of events by hour, day or week, for charts of more than what is loaded.
import type { History } from "../api/types";
import type { Point } from "./activity";
import { kDay, kHour, parse_time } from "./format";

export interface CountedPoint extends Point {
  count: number;
}

// What to ask the history for, so that it has at most 2,000 parts.
export interface StretchQuery {
  by: "hour" | "day" | "week";
  width: number;  // seconds of a part
  since: number;
  until: number;
}

const kMostParts = 1_900;
const kUnits = [{ by: "hour", width: kHour }, { by: "day", width: kDay }, { by: "week", width: 7 * kDay }] as const;

// Parts begin at midnight UTC, as bars do.
export function stretch_query(from: number, to: number): StretchQuery {
  const { by, width } = kUnits.find((unit) => (to - from) / unit.width <= kMostParts) ?? kUnits[2];
  const since = Math.max(Math.floor(from / width) * width, Math.floor(to / width) * width - kMostParts * width);
  return { by, width, since, until: Math.max(since + width, Math.ceil(to / width) * width) };
}

// A point for each part and type, at the beginning of the part.
export function points_of(history: History): CountedPoint[] {
  if (!Array.isArray(history.buckets)) return [];
  return history.buckets.flatMap((bucket) => {
    const at = parse_time(bucket.from);
    return at === null ? [] : bucket.types.map(({ type, events }) => ({ at, type: String(type), count: events }));
  });
}

// `entries`: what is loaded, newest first; it may be newer than the history. Where it covers the part that is not over yet, that part
// comes from there, so that live events count.
export function with_live(points: CountedPoint[], width: number, entries: Point[], all_loaded: boolean, now: number): Point[] {
  const present = Math.floor(now / width) * width;
  const oldest = entries.at(-1)?.at;
  if (oldest === undefined || (oldest > present && !all_loaded)) return points;
  return [...points.filter(({ at }) => at < present), ...entries.filter(({ at }) => at >= present)];
}
