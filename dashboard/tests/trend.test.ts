import { describe, expect, it } from "vitest";

import type { History, Repository } from "../src/api/types";
import { describe_change, is_watched, kBarWidth, read_recent, recent_bars, recent_query, spell_trend } from "../src/domain/trend";

const kHour = 3600;
const kDay = 86400;
const kHours = 14 * 24;
const time = (at: number) => new Date(at * 1000).toISOString();
const begin = Date.UTC(2026, 0, 1, 10) / 1000;
const history = (events: (hour: number) => number, incomplete: number[] = []): History => ({
  repository: "o/r",
  buckets: Array.from({ length: kHours }, (_, hour) => ({
    from: time(begin + hour * kHour), to: time(begin + (hour + 1) * kHour), events: events(hour), complete: !incomplete.includes(hour), types: [],
  })),
});

it("the query is of 14 days up to the last full hour, and stays the same for an hour", () => {
  const until = (at: number) => new URLSearchParams(recent_query(at)).get("until");
  expect(until(begin + 299)).toBe("2026-01-01T09:00:00Z");  // an hour that may not be over at the server is left out
  expect(until(begin + 300)).toBe("2026-01-01T10:00:00Z");
  expect(new URLSearchParams(recent_query(begin + 300)).get("since")).toBe("2025-12-18T10:00:00Z");
  expect(recent_query(begin + 300)).toBe(recent_query(begin + kHour + 299));
});

describe("the trend", () => {
  const two_weeks = (hour: number) => (hour < kHours / 2 ? 2 : 3);
  const trend_of = (incomplete: number[]) => read_recent(history(two_weeks, incomplete))!.trend;
  it("sums the two weeks", () => {
    expect(trend_of([])).toEqual({ from: begin, middle: begin + 7 * kDay, to: begin + 14 * kDay, recent: 504, before: 336 });
  });
  it("knows nothing of a week in which events may be missing", () => {
    expect(trend_of([kHours / 2 - 1])).toMatchObject({ recent: 504, before: null });
    expect(trend_of([kHours / 2])).toMatchObject({ recent: null, before: 336 });
  });
  it("is not read from an answer of another shape", () => {
    expect(read_recent({ repository: "o/r", buckets: history(two_weeks).buckets.slice(1) })).toBeNull();
    expect(read_recent({} as History)).toBeNull();
  });
  it("is told with both times", () => {
    expect(spell_trend({ ...trend_of([]), recent: 1, before: 0 })).toBe("1 event from 8 Jan, 10:00 to 15 Jan, 10:00; 0 events in the 7 days before, from 1 Jan, 10:00");
  });
});

describe("the bars of the last seven days", () => {
  const now = begin + 14 * kDay + 1800;  // 10:30, so the present bar is that from 10:00 to 12:00
  const recent = read_recent(history((hour) => hour % 24))!;
  const bars = (more: Partial<Parameters<typeof recent_bars>[0]> = {}) => recent_bars({ recent, points: [], points_from: now, watched_until: now, now, ...more });
  it("are the same for every repository, and end with the present one", () => {
    const { from, counts } = bars();
    expect(counts).toHaveLength(84);
    expect(from + 84 * kBarWidth).toBe(begin + 14 * kDay + 2 * kHour);
    expect(bars({ recent: null }).from).toBe(from);
  });
  it("agree with brute force over the same hours", () => {
    const { from, counts } = bars();
    for (let index = 0; index < 83; index++)
      expect(counts[index]).toBe(recent.hours.filter((hour) => hour.from >= from + index * kBarWidth && hour.from < from + (index + 1) * kBarWidth).reduce((sum, hour) => sum + hour.events, 0));
  });
  it("take from the loaded events only what the history does not hold", () => {
    const points = [{ at: now - 60 }, { at: begin + 14 * kDay }, { at: begin + 14 * kDay - 1 }, { at: begin }];
    expect(bars({ points }).counts.at(-1)).toBe(2);
    expect(bars({ points }).counts.slice(0, -1)).toEqual(bars().counts.slice(0, -1));
    expect(bars({ points, recent: null }).counts.reduce((sum, count) => sum + count, 0)).toBe(3);
  });
  it("are not known before the first event that is known, and after the last poll", () => {
    const young = read_recent(history(() => 0, Array.from({ length: kHours - 24 }, (_, hour) => hour)))!;
    const { known } = bars({ recent: young, watched_until: now - 5 * kHour });
    expect(known.lastIndexOf(false, 75)).toBe(70);  // 13 bars hold the last 24 h and the present hour
    expect(known.slice(71, 81).every((each) => each)).toBe(true);
    expect(known.slice(81)).toEqual([false, false, false]);
    expect(bars({ recent: null, points_from: now - 3 * kHour }).known.filter((each) => each)).toHaveLength(3);
    expect(bars({ watched_until: null }).known.every((each, index) => each === (bars().counts[index]! > 0))).toBe(true);
  });
});

describe("the change", () => {
  it.each([
    [212, 148, "up", "43 % more than in the 7 days before"],
    [100, 200, "down", "50 % fewer than in the 7 days before"],
    [200, 50, "up", "4.0 times as many as in the 7 days before"],
    [5000, 50, "up", "100 times as many as in the 7 days before"],
    [0, 200, "down", "200 in the 7 days before"],
    [3, 5, "down", "5 in the 7 days before"],
    [6, 5, "up", "5 in the 7 days before"],
    [5, 5, "level", "5 in the 7 days before"],
    [400, 7, "up", "7 in the 7 days before"],
    [25, 20, "level", "about as many as in the 7 days before"],
    [100_400, 100_000, "level", "about as many as in the 7 days before"],
    [104_000, 100_000, "level", "about as many as in the 7 days before"],
  ])("from %s after %s is %s: %s", (recent, before, direction, text) => expect(describe_change(recent, before)).toEqual({ direction, text }));
});

it("nothing is known of a repository that is not polled, or not well", () => {
  const repository = { active: true, status: "ok", last_polled_at: time(begin) } as Repository;
  expect(is_watched(repository, begin + 3600)).toBe(true);
  expect(is_watched(repository, begin + 2 * kDay)).toBe(false);
  expect(is_watched({ ...repository, active: false }, begin)).toBe(false);
  expect(is_watched({ ...repository, status: "failing" }, begin)).toBe(false);
  expect(is_watched({ ...repository, last_polled_at: null }, begin)).toBe(false);
});
