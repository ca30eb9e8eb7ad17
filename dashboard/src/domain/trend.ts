// Reads the events of the last 14 days by hour, compares the last seven days with the seven before, and says in words how the pulse has
// changed.
import type { History, Repository } from "../api/types";
import {
  DAY,
  formatCount,
  formatDayAndTime,
  formatPercent,
  HOUR,
  MINUTE,
  parseTime,
  plural,
  queryTime,
} from "./format";

export interface Trend {
  from: number;
  middle: number;
  to: number;
  recent: number | null; // events from `middle` to `to`; null if some of them may be unknown
  before: number | null; // events from `from` to `middle`
}

// Events of one hour; `known` is false if some may be missing.
export interface HourCount {
  from: number;
  events: number;
  known: boolean;
}

export interface RecentHistory {
  trend: Trend;
  hours: HourCount[]; // of the last seven days, oldest first
}

const HOURS_EACH = 7 * 24;
const CLOCKS_DIFFER = 5 * MINUTE;
const EVENTS_FOR_PERCENT = 20;
const LEAST_CHANGE = 0.05;

// Hours since 1970. An hour that is over here must be over at the server too, else it is not complete.
export function lastFullHour(now: number): number {
  return Math.floor((now - CLOCKS_DIFFER) / HOUR);
}

// The query for `events/stats/history/` of the 14 days up to the last full hour.
export function recentQuery(now: number): string {
  const until = lastFullHour(now) * HOUR;
  return new URLSearchParams({
    by: "hour",
    since: queryTime(until - 2 * HOURS_EACH * HOUR),
    until: queryTime(until),
  }).toString();
}

// null if the answer has not the hours that were asked for.
export function readRecent({ buckets }: History): RecentHistory | null {
  if (!Array.isArray(buckets) || buckets.length !== 2 * HOURS_EACH) return null;
  const hours = buckets.map((bucket) => ({
    from: parseTime(bucket.from),
    events: bucket.events,
    known: bucket.complete,
  }));
  if (!hours.every((hour): hour is HourCount => hour.from !== null)) return null;
  const [before, recent] = [hours.slice(0, HOURS_EACH), hours.slice(HOURS_EACH)];
  const sum = (half: HourCount[]) =>
    half.every((hour) => hour.known) ? half.reduce((total, hour) => total + hour.events, 0) : null;
  const trend = {
    from: before[0]!.from,
    middle: recent[0]!.from,
    to: recent.at(-1)!.from + HOUR,
    recent: sum(recent),
    before: sum(before),
  };
  return { trend, hours: recent };
}

export const BAR_WIDTH = 2 * HOUR;
const BARS = (HOURS_EACH * HOUR) / BAR_WIDTH;

export interface Bars {
  from: number;
  counts: number[];
  known: boolean[];
}

interface BarsInput {
  recent: RecentHistory | null;
  points: { at: number }[]; // newest first
  pointsFrom: number; // `points` holds all events from here on
  watchedUntil: number | null; // newer events may exist
  now: number;
}

// The events of the last seven days in bars of two hours, the same for every repository. What the history does not hold, such as the
// present hour, comes from the events that were loaded.
export function recentBars({ recent, points, pointsFrom, watchedUntil, now }: BarsInput): Bars {
  const to = (Math.floor(now / BAR_WIDTH) + 1) * BAR_WIDTH;
  const from = to - BARS * BAR_WIDTH;
  const counts = new Array<number>(BARS).fill(0);
  const historyUntil = recent ? recent.trend.to : -Infinity;
  const knownFrom = recent ? (recent.hours.find((hour) => hour.known)?.from ?? historyUntil) : pointsFrom;
  const bar = (at: number) => Math.floor((at - from) / BAR_WIDTH);
  for (const hour of recent?.hours ?? []) if (hour.from >= from) counts[bar(hour.from)]! += hour.events;
  for (const { at } of points) {
    if (at < Math.max(from, historyUntil)) break;
    if (at < to) counts[bar(at)]!++;
  }
  // A bar that holds an event is drawn as a bar, whether all of its events are known or not.
  const known = counts.map((count, index) => {
    const [begin, end] = [from + index * BAR_WIDTH, from + (index + 1) * BAR_WIDTH];
    return count > 0 || (end > knownFrom && begin < (watchedUntil ?? -Infinity));
  });
  return { from, counts, known };
}

// True if the events up to now are known: of a repository that is not polled, newer ones may exist.
export function isWatched({ active, status, last_polled_at: lastPolledAt }: Repository, now: number): boolean {
  return active && status === "ok" && now - (parseTime(lastPolledAt) ?? -Infinity) < DAY;
}

export type Direction = "up" | "down" | "level";

export interface Change {
  direction: Direction;
  text: string; // goes on after "212 events in 7 days, "
}

// A difference that chance explains is none: two sums of independent events differ by less than 2 √(sum) in 95 % of all weeks.
// Percentages of few events would say more than is known, so the events are counted instead.
export function describeChange(recent: number, before: number): Change {
  const difference = recent - before;
  const direction = difference > 0 ? "up" : difference < 0 ? "down" : "level";
  if (Math.max(recent, before) < EVENTS_FOR_PERCENT)
    return { direction, text: `${formatCount(before)} in the 7 days before` };
  const byChance =
    Math.abs(difference) < 2 * Math.sqrt(recent + before) || Math.abs(difference) < LEAST_CHANGE * before;
  if (byChance) return { direction: "level", text: "about as many as in the 7 days before" };
  if (before < EVENTS_FOR_PERCENT || recent === 0)
    return { direction, text: `${formatCount(before)} in the 7 days before` };
  const ratio = recent / before;
  if (ratio >= 3)
    return {
      direction,
      text: `${ratio < 10 ? ratio.toFixed(1) : formatCount(Math.round(ratio))} times as many as in the 7 days before`,
    };
  return {
    direction,
    text: `${formatPercent(Math.abs(ratio - 1))} ${ratio > 1 ? "more" : "fewer"} than in the 7 days before`,
  };
}

// Both counts with their times, for a tooltip.
export function spellTrend({ from, middle, to, recent, before }: Trend & { recent: number; before: number }): string {
  return `${plural(recent, "event")} from ${formatDayAndTime(middle)} to ${formatDayAndTime(to)}; ${plural(before, "event")} in the 7 days before, from ${formatDayAndTime(from)}`;
}
