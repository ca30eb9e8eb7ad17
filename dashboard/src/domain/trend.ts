// Reads the events of the last 14 days by hour, compares the last seven days with the seven before, and says in words how the pulse has
// changed.
import type { History, Repository } from "../api/types";
import { format_count, format_day_and_time, format_percent, kDay, kHour, kMinute, parse_time, plural } from "./format";

export interface Trend {
  from: number;
  middle: number;
  to: number;
  recent: number | null;  // events from `middle` to `to`; null if some of them may be unknown
  before: number | null;  // events from `from` to `middle`
}

// Events of one hour; `known` is false if some may be missing.
export interface HourCount {
  from: number;
  events: number;
  known: boolean;
}

export interface RecentHistory {
  trend: Trend;
  hours: HourCount[];  // of the last seven days, oldest first
}

const kHoursEach = 7 * 24;
const kClocksDiffer = 5 * kMinute;
const kEventsForPercent = 20;
const kLeastChange = 0.05;

// Hours since 1970. An hour that is over here must be over at the server too, else it is not complete.
export function last_full_hour(now: number): number {
  return Math.floor((now - kClocksDiffer) / kHour);
}

// The query for `events/stats/history/` of the 14 days up to the last full hour.
export function recent_query(now: number): string {
  const until = last_full_hour(now) * kHour;
  const time = (at: number) => new Date(at * 1000).toISOString().replace(".000Z", "Z");
  return new URLSearchParams({ by: "hour", since: time(until - 2 * kHoursEach * kHour), until: time(until) }).toString();
}

// null if the answer has not the hours that were asked for.
export function read_recent({ buckets }: History): RecentHistory | null {
  if (!Array.isArray(buckets) || buckets.length !== 2 * kHoursEach) return null;
  const hours = buckets.map((bucket) => ({ from: parse_time(bucket.from), events: bucket.events, known: bucket.complete }));
  if (!hours.every((hour): hour is HourCount => hour.from !== null)) return null;
  const [before, recent] = [hours.slice(0, kHoursEach), hours.slice(kHoursEach)];
  const sum = (half: HourCount[]) => (half.every((hour) => hour.known) ? half.reduce((total, hour) => total + hour.events, 0) : null);
  const trend = { from: before[0]!.from, middle: recent[0]!.from, to: recent.at(-1)!.from + kHour, recent: sum(recent), before: sum(before) };
  return { trend, hours: recent };
}

export const kBarWidth = 2 * kHour;
const kBars = (kHoursEach * kHour) / kBarWidth;

export interface Bars {
  from: number;
  counts: number[];
  known: boolean[];
}

interface BarsInput {
  recent: RecentHistory | null;
  points: { at: number }[];     // newest first
  points_from: number;          // `points` holds all events from here on
  watched_until: number | null; // newer events may exist
  now: number;
}

// The events of the last seven days in bars of two hours, the same for every repository. What the history does not hold, such as the
// present hour, comes from the events that were loaded.
export function recent_bars({ recent, points, points_from, watched_until, now }: BarsInput): Bars {
  const to = (Math.floor(now / kBarWidth) + 1) * kBarWidth;
  const from = to - kBars * kBarWidth;
  const counts = new Array<number>(kBars).fill(0);
  const history_until = recent ? recent.trend.to : -Infinity;
  const known_from = recent ? (recent.hours.find((hour) => hour.known)?.from ?? history_until) : points_from;
  const bar = (at: number) => Math.floor((at - from) / kBarWidth);
  for (const hour of recent?.hours ?? []) if (hour.from >= from) counts[bar(hour.from)]! += hour.events;
  for (const { at } of points) {
    if (at < Math.max(from, history_until)) break;
    if (at < to) counts[bar(at)]!++;
  }
  // A bar that holds an event is drawn as a bar, whether all of its events are known or not.
  const known = counts.map((count, index) => {
    const [begin, end] = [from + index * kBarWidth, from + (index + 1) * kBarWidth];
    return count > 0 || (end > known_from && begin < (watched_until ?? -Infinity));
  });
  return { from, counts, known };
}

// True if the events up to now are known: of a repository that is not polled, newer ones may exist.
export function is_watched({ active, status, last_polled_at }: Repository, now: number): boolean {
  return active && status === "ok" && now - (parse_time(last_polled_at) ?? -Infinity) < kDay;
}

export type Direction = "up" | "down" | "level";

export interface Change {
  direction: Direction;
  text: string;  // goes on after "212 events in 7 days, "
}

// A difference that chance explains is none: two sums of independent events differ by less than 2 √(sum) in 95 % of all weeks.
// Percentages of few events would say more than is known, so the events are counted instead.
export function describe_change(recent: number, before: number): Change {
  const difference = recent - before;
  const direction = difference > 0 ? "up" : difference < 0 ? "down" : "level";
  if (Math.max(recent, before) < kEventsForPercent) return { direction, text: `${format_count(before)} in the 7 days before` };
  const by_chance = Math.abs(difference) < 2 * Math.sqrt(recent + before) || Math.abs(difference) < kLeastChange * before;
  if (by_chance) return { direction: "level", text: "about as many as in the 7 days before" };
  if (before < kEventsForPercent || recent === 0) return { direction, text: `${format_count(before)} in the 7 days before` };
  const ratio = recent / before;
  if (ratio >= 3) return { direction, text: `${ratio < 10 ? ratio.toFixed(1) : format_count(Math.round(ratio))} times as many as in the 7 days before` };
  return { direction, text: `${format_percent(Math.abs(ratio - 1))} ${ratio > 1 ? "more" : "fewer"} than in the 7 days before` };
}

// Both counts with their times, for a tooltip.
export function spell_trend({ from, middle, to, recent, before }: Trend & { recent: number; before: number }): string {
  return `${plural(recent, "event")} from ${format_day_and_time(middle)} to ${format_day_and_time(to)}; ${plural(before, "event")} in the 7 days before, from ${format_day_and_time(from)}`;
}
