// Computes what the charts draw from the times of events. Pure; times are seconds since 1970.
import { DAY, HOUR, MINUTE } from "./format";
import type { Span } from "./range";

export interface Point {
  at: number;
  type: string;
  count?: number; // of events; 1 unless given
}

export interface Bins {
  from: number; // start of the first bin
  width: number;
  types: string[]; // most frequent first
  counts: Map<string, number[]>;
  totals: number[];
}

const WIDTHS = [
  10,
  30,
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  7 * DAY,
  14 * DAY,
  28 * DAY,
];

// The narrowest familiar width (1 min, 5 min, 1 h, …) from `least` on that covers the span with at most `most` bins.
export function binWidth(span: number, most: number, least = 0): number {
  return (
    WIDTHS.find((width) => width >= least && span / width <= most) ?? Math.ceil(span / most / (28 * DAY)) * 28 * DAY
  );
}

// Counts the events of each type in each bin of [from, to]. Bins begin at multiples of their width.
export function binPoints(points: Iterable<Point>, from: number, to: number, most: number, least = 0): Bins {
  const width = binWidth(Math.max(to - from, 1), most, least);
  const start = Math.floor(from / width) * width;
  const size = Math.max(1, Math.floor((to - start) / width) + 1);
  const totals = new Array<number>(size).fill(0);
  const counts = new Map<string, number[]>();
  for (const { at, type, count = 1 } of points) {
    const index = Math.floor((at - start) / width);
    if (index < 0 || index >= size) continue;
    let row = counts.get(type);
    if (!row) {
      row = new Array<number>(size).fill(0);
      counts.set(type, row);
    }
    row[index]! += count;
    totals[index]! += count;
  }
  const sum = (type: string) => counts.get(type)!.reduce((total, count) => total + count, 0);
  const types = [...counts.keys()].sort((a, b) => sum(b) - sum(a) || a.localeCompare(b));
  return { from: start, width, types, counts, totals };
}

// The times between consecutive events, in seconds, oldest first.
export function intervalsBetween(points: Point[]): number[] {
  const times = points.map((point) => point.at).sort((a, b) => a - b);
  return times.slice(1).map((at, index) => at - times[index]!);
}

// The lower edges of the lengths that intervalDistribution() counts, in seconds, and a label for each.
export const INTERVAL_EDGES = [
  0,
  10,
  MINUTE,
  5 * MINUTE,
  15 * MINUTE,
  HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  3 * DAY,
];
export const INTERVAL_LABELS = [
  "under 10 s",
  "10 s to 1 min",
  "1 to 5 min",
  "5 to 15 min",
  "15 min to 1 h",
  "1 to 3 h",
  "3 to 6 h",
  "6 to 12 h",
  "12 to 24 h",
  "1 to 3 d",
  "over 3 d",
];

export function intervalDistribution(intervals: number[]): number[] {
  const counts = new Array<number>(INTERVAL_EDGES.length).fill(0);
  for (const interval of intervals) {
    let index = INTERVAL_EDGES.length - 1;
    while (index > 0 && interval < INTERVAL_EDGES[index]!) index--;
    counts[index]!++;
  }
  return counts;
}

export interface HourOfWeek {
  events: number;
  perHour: number | null; // the average of the weeks; null if none of them was watched at this hour
}

// 7 × 24 cells, Monday first, in the reader's time zone. `watched`: the stretches that `points` cover, oldest first. If they contain an
// hour of the week twice, the events of that hour are divided by two; events outside them do not count.
export function hoursOfWeek(points: Iterable<Point>, watched: Span[]): HourOfWeek[][] {
  const cells = Array.from({ length: 7 }, () => Array.from({ length: 24 }, () => ({ events: 0, covered: 0 })));
  const cell = (at: number) => {
    const date = new Date(at * 1000);
    return cells[(date.getDay() + 6) % 7]![date.getHours()]!;
  };
  for (const { from, to } of watched)
    for (let at = from; at < to; ) {
      const next = Math.min(to, (Math.floor(at / (HOUR / 4)) + 1) * (HOUR / 4)); // time zones differ by multiples of 15 min
      cell(at).covered += next - at;
      at = next;
    }
  for (const { at, count = 1 } of points) if (isInside(at, watched)) cell(at).events += count;
  return cells.map((day) =>
    day.map(({ events, covered }) => ({
      events,
      perHour: covered > 0 ? events / (Math.max(covered, HOUR / 4) / HOUR) : null,
    })),
  );
}

// Both ends are inside: gaps lie between two events that are known.
function isInside(at: number, spans: Span[]): boolean {
  let [low, high] = [0, spans.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (spans[middle]!.to < at) low = middle + 1;
    else high = middle;
  }
  return low < spans.length && at >= spans[low]!.from;
}

export type Silence = "short" | "usual" | "long" | "very-long";

// Compares the time since the last event with the usual time between events. If events came at random, one silence in 20
// would be longer than 3 usual intervals.
export function silenceLevel(silence: number, usualInterval: number): Silence {
  const ratio = silence / Math.max(usualInterval, 1);
  if (ratio < 0.5) return "short";
  if (ratio < 3) return "usual";
  return ratio < 8 ? "long" : "very-long";
}
