import { describe, expect, it } from "vitest";

import type { History, Repository } from "../src/api/types";
import {
  BAR_WIDTH,
  describeChange,
  isWatched,
  readRecent,
  recentBars,
  recentQuery,
  spellTrend,
} from "../src/domain/trend";

const HOUR = 3600;
const DAY = 86400;
const HOURS = 14 * 24;
const time = (at: number) => new Date(at * 1000).toISOString();
const begin = Date.UTC(2026, 0, 1, 10) / 1000;
const history = (events: (hour: number) => number, incomplete: number[] = []): History => ({
  repository: "o/r",
  buckets: Array.from({ length: HOURS }, (_, hour) => ({
    from: time(begin + hour * HOUR),
    to: time(begin + (hour + 1) * HOUR),
    events: events(hour),
    complete: !incomplete.includes(hour),
    types: [],
  })),
});

it("the query is of 14 days up to the last full hour, and stays the same for an hour", () => {
  const until = (at: number) => new URLSearchParams(recentQuery(at)).get("until");
  expect(until(begin + 299)).toBe("2026-01-01T09:00:00Z"); // an hour that may not be over at the server is left out
  expect(until(begin + 300)).toBe("2026-01-01T10:00:00Z");
  expect(new URLSearchParams(recentQuery(begin + 300)).get("since")).toBe("2025-12-18T10:00:00Z");
  expect(recentQuery(begin + 300)).toBe(recentQuery(begin + HOUR + 299));
});

describe("the trend", () => {
  const twoWeeks = (hour: number) => (hour < HOURS / 2 ? 2 : 3);
  const trendOf = (incomplete: number[]) => readRecent(history(twoWeeks, incomplete))!.trend;
  it("sums the two weeks", () => {
    expect(trendOf([])).toEqual({
      from: begin,
      middle: begin + 7 * DAY,
      to: begin + 14 * DAY,
      recent: 504,
      before: 336,
    });
  });
  it("knows nothing of a week in which events may be missing", () => {
    expect(trendOf([HOURS / 2 - 1])).toMatchObject({ recent: 504, before: null });
    expect(trendOf([HOURS / 2])).toMatchObject({ recent: null, before: 336 });
  });
  it("is not read from an answer of another shape", () => {
    expect(readRecent({ repository: "o/r", buckets: history(twoWeeks).buckets.slice(1) })).toBeNull();
    expect(readRecent({} as History)).toBeNull();
  });
  it("is told with both times", () => {
    expect(spellTrend({ ...trendOf([]), recent: 1, before: 0 })).toBe(
      "1 event from 8 Jan, 10:00 to 15 Jan, 10:00; 0 events in the 7 days before, from 1 Jan, 10:00",
    );
  });
});

describe("the bars of the last seven days", () => {
  const now = begin + 14 * DAY + 1800; // 10:30, so the present bar is that from 10:00 to 12:00
  const recent = readRecent(history((hour) => hour % 24))!;
  const bars = (more: Partial<Parameters<typeof recentBars>[0]> = {}) =>
    recentBars({ recent, points: [], pointsFrom: now, watchedUntil: now, now, ...more });
  it("are the same for every repository, and end with the present one", () => {
    const { from, counts } = bars();
    expect(counts).toHaveLength(84);
    expect(from + 84 * BAR_WIDTH).toBe(begin + 14 * DAY + 2 * HOUR);
    expect(bars({ recent: null }).from).toBe(from);
  });
  it("agree with brute force over the same hours", () => {
    const { from, counts } = bars();
    for (let index = 0; index < 83; index++)
      expect(counts[index]).toBe(
        recent.hours
          .filter((hour) => hour.from >= from + index * BAR_WIDTH && hour.from < from + (index + 1) * BAR_WIDTH)
          .reduce((sum, hour) => sum + hour.events, 0),
      );
  });
  it("take from the loaded events only what the history does not hold", () => {
    const points = [{ at: now - 60 }, { at: begin + 14 * DAY }, { at: begin + 14 * DAY - 1 }, { at: begin }];
    expect(bars({ points }).counts.at(-1)).toBe(2);
    expect(bars({ points }).counts.slice(0, -1)).toEqual(bars().counts.slice(0, -1));
    expect(bars({ points, recent: null }).counts.reduce((sum, count) => sum + count, 0)).toBe(3);
  });
  it("are not known before the first event that is known, and after the last poll", () => {
    const young = readRecent(
      history(
        () => 0,
        Array.from({ length: HOURS - 24 }, (_, hour) => hour),
      ),
    )!;
    const { known } = bars({ recent: young, watchedUntil: now - 5 * HOUR });
    expect(known.lastIndexOf(false, 75)).toBe(70); // 13 bars hold the last 24 h and the present hour
    expect(known.slice(71, 81).every((each) => each)).toBe(true);
    expect(known.slice(81)).toEqual([false, false, false]);
    expect(bars({ recent: null, pointsFrom: now - 3 * HOUR }).known.filter((each) => each)).toHaveLength(3);
    expect(bars({ watchedUntil: null }).known.every((each, index) => each === bars().counts[index]! > 0)).toBe(true);
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
  ])("from %s after %s is %s: %s", (recent, before, direction, text) =>
    expect(describeChange(recent, before)).toEqual({ direction, text }),
  );
});

it("nothing is known of a repository that is not polled, or not well", () => {
  const repository = { active: true, status: "ok", last_polled_at: time(begin) } as Repository;
  expect(isWatched(repository, begin + 3600)).toBe(true);
  expect(isWatched(repository, begin + 2 * DAY)).toBe(false);
  expect(isWatched({ ...repository, active: false }, begin)).toBe(false);
  expect(isWatched({ ...repository, status: "failing" }, begin)).toBe(false);
  expect(isWatched({ ...repository, last_polled_at: null }, begin)).toBe(false);
});
