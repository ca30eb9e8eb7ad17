import { describe, expect, it } from "vitest";

import type { History, Repository } from "../src/api/types";
import { describe_change, is_watched, read_trend, spell_trend, trend_query } from "../src/domain/trend";

const kDay = 86400;
const time = (at: number) => new Date(at * 1000).toISOString();
const begin = Date.UTC(2026, 0, 1, 10) / 1000;
const history = (events: number[], incomplete: number[] = []): History => ({
  repository: "o/r",
  buckets: events.map((count, day) => ({ from: time(begin + day * kDay), to: time(begin + (day + 1) * kDay), events: count, complete: !incomplete.includes(day) })),
});
const week = (count: number) => new Array<number>(7).fill(count);

describe("the query", () => {
  // The zone in which a time is midnight, by the browser's own data.
  const hour_there = (zone: string, at: number) => new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit" }).format(at * 1000);
  it("asks for 14 days that begin at the last full hour, whichever hour that is", () => {
    for (let hour = 0; hour < 24; hour++) {
      const query = new URLSearchParams(trend_query(begin + hour * 3600 + 2000));
      const until = Date.parse(query.get("until")!) / 1000;
      expect(until).toBe(begin + hour * 3600);
      expect(until - Date.parse(query.get("since")!) / 1000).toBe(14 * kDay);
      expect(hour_there(query.get("time_zone")!, until)).toBe("00:00");
    }
  });
  it("leaves out an hour that may not be over at the server, and stays the same for an hour", () => {
    const until = (at: number) => new URLSearchParams(trend_query(at)).get("until");
    expect(until(begin + 299)).toBe("2026-01-01T09:00:00Z");
    expect(until(begin + 300)).toBe("2026-01-01T10:00:00Z");
    expect(trend_query(begin + 300)).toBe(trend_query(begin + 3600 + 299));
  });
});

describe("the trend", () => {
  it("sums the two weeks", () => {
    expect(read_trend(history([...week(2), ...week(3)]))).toEqual({ from: begin, middle: begin + 7 * kDay, to: begin + 14 * kDay, recent: 21, before: 14 });
  });
  it("knows nothing of a week in which events may be missing", () => {
    expect(read_trend(history([...week(2), ...week(3)], [6]))).toMatchObject({ recent: 21, before: null });
    expect(read_trend(history([...week(2), ...week(3)], [7]))).toMatchObject({ recent: null, before: 14 });
  });
  it("is not read from an answer of another shape", () => {
    expect(read_trend(history([1, 2, 3]))).toBeNull();
    expect(read_trend({} as History)).toBeNull();
  });
  it("is told with both times", () => {
    const trend = { ...read_trend(history([...week(0), 1, 0, 0, 0, 0, 0, 0]))!, recent: 1, before: 0 };
    expect(spell_trend(trend)).toBe("1 event from 8 Jan, 10:00 to 15 Jan, 10:00; 0 events in the 7 days before, from 1 Jan, 10:00");
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
