// Compares the events of the last seven days with those of the seven days before, and says in words how the pulse has changed.
import type { History, Repository } from "../api/types";
import { format_count, format_day_and_time, format_percent, kDay, kHour, kMinute, parse_time, plural } from "./format";

export interface Trend {
  from: number;
  middle: number;
  to: number;
  recent: number | null;  // events from `middle` to `to`; null if some of them may be unknown
  before: number | null;  // events from `from` to `middle`
}

const kDaysEach = 7;
const kClocksDiffer = 5 * kMinute;
const kEventsForPercent = 20;
const kLeastChange = 0.05;

// Hours since 1970. A day that is over here must be over at the server too, else it is not complete.
export function last_full_hour(now: number): number {
  return Math.floor((now - kClocksDiffer) / kHour);
}

// The query for `events/stats/history/` of the 14 days up to the last full hour. A day begins at that hour, because it is midnight
// there in the time zone that is asked for: `Etc/GMT+5` is 5 h behind UTC (POSIX counts to the west).
export function trend_query(now: number): string {
  const hour = last_full_hour(now);
  const until = hour * kHour;
  const west = hour % 24;
  const zone = west <= 12 ? `Etc/GMT+${west}` : `Etc/GMT-${24 - west}`;
  const time = (at: number) => new Date(at * 1000).toISOString().replace(".000Z", "Z");
  return new URLSearchParams({ by: "day", time_zone: zone, since: time(until - 2 * kDaysEach * kDay), until: time(until) }).toString();
}

// null if the answer has not the 14 days that were asked for.
export function read_trend({ buckets }: History): Trend | null {
  if (!Array.isArray(buckets) || buckets.length !== 2 * kDaysEach) return null;
  const [from, middle, to] = [parse_time(buckets[0]!.from), parse_time(buckets[kDaysEach]!.from), parse_time(buckets.at(-1)!.to)];
  if (from === null || middle === null || to === null) return null;
  const sum = (days: History["buckets"]) => (days.every((day) => day.complete) ? days.reduce((total, day) => total + day.events, 0) : null);
  return { from, middle, to, recent: sum(buckets.slice(kDaysEach)), before: sum(buckets.slice(0, kDaysEach)) };
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
