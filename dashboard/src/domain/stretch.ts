// The events of a long stretch as numbers of events by hour, day or week, for charts of more than what is loaded.
import type { History } from "../api/types";
import type { Point } from "./activity";
import { DAY, HOUR, parseTime } from "./format";

export interface CountedPoint extends Point {
  count: number;
}

// What to ask the history for, so that it has at most 2,000 parts.
export interface StretchQuery {
  by: "hour" | "day" | "week";
  width: number; // seconds of a part
  since: number;
  until: number;
}

const MOST_PARTS = 1_900;
const UNITS = [
  { by: "hour", width: HOUR },
  { by: "day", width: DAY },
  { by: "week", width: 7 * DAY },
] as const;

// Parts begin at midnight UTC, as bars do.
export function stretchQuery(from: number, to: number): StretchQuery {
  const { by, width } = UNITS.find((unit) => (to - from) / unit.width <= MOST_PARTS) ?? UNITS[2];
  const since = Math.max(Math.floor(from / width) * width, Math.floor(to / width) * width - MOST_PARTS * width);
  return { by, width, since, until: Math.max(since + width, Math.ceil(to / width) * width) };
}

// A point for each part and type, at the beginning of the part.
export function pointsOf(history: History): CountedPoint[] {
  if (!Array.isArray(history.buckets)) return [];
  return history.buckets.flatMap((bucket) => {
    const at = parseTime(bucket.from);
    return at === null ? [] : bucket.types.map(({ type, events }) => ({ at, type: String(type), count: events }));
  });
}

// `entries`: what is loaded, newest first; it may be newer than the history. Where it covers the part that is not over yet, that part
// comes from there, so that live events count.
export function withLive(
  points: CountedPoint[],
  width: number,
  entries: Point[],
  allLoaded: boolean,
  now: number,
): Point[] {
  const present = Math.floor(now / width) * width;
  const oldest = entries.at(-1)?.at;
  if (oldest === undefined || (oldest > present && !allLoaded)) return points;
  return [...points.filter(({ at }) => at < present), ...entries.filter(({ at }) => at >= present)];
}
