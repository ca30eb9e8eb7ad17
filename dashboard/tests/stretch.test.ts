import { describe, expect, it } from "vitest";

import type { History } from "../src/api/types";
import { pointsOf, stretchQuery, withLive } from "../src/domain/stretch";

const HOUR = 3600;
const DAY = 86400;
const now = Date.UTC(2026, 10, 29, 21, 17) / 1000;

describe("the query of a stretch", () => {
  it("has at most 2,000 parts, that begin where bars do", () => {
    for (const days of [0.01, 1, 30, 79, 80, 365, 1899, 3650, 20_000]) {
      const { by, width, since, until } = stretchQuery(now - days * DAY, now);
      expect(width).toBe({ hour: HOUR, day: DAY, week: 7 * DAY }[by]);
      expect([since % width, until % width]).toEqual([0, 0]);
      expect((until - since) / width).toBeLessThan(2_000);
      expect((until - since) / width).toBeGreaterThan(0);
      expect(until).toBeGreaterThanOrEqual(now);
    }
  });
  it("covers the stretch, with parts that are as short as possible", () => {
    expect(stretchQuery(now - 30 * DAY, now)).toMatchObject({
      by: "hour",
      since: Math.floor((now - 30 * DAY) / HOUR) * HOUR,
    });
    expect(stretchQuery(now - 365 * DAY, now).by).toBe("day");
    expect(stretchQuery(now - 3650 * DAY, now).by).toBe("week");
  });
});

it("each part and type is a point with its number of events", () => {
  const history = {
    repository: "o/r",
    buckets: [
      {
        from: "2026-11-28T00:00:00Z",
        to: "",
        events: 5,
        complete: true,
        types: [
          { type: "PushEvent", events: 4 },
          { type: "ForkEvent", events: 1 },
        ],
      },
      { from: "2026-11-29T00:00:00Z", to: "", events: 0, complete: true, types: [] },
      { from: "soon", to: "", events: 2, complete: true, types: [{ type: "PushEvent", events: 2 }] },
    ],
  };
  const at = Date.UTC(2026, 10, 28) / 1000;
  expect(pointsOf(history)).toEqual([
    { at, type: "PushEvent", count: 4 },
    { at, type: "ForkEvent", count: 1 },
  ]);
  expect(pointsOf({} as History)).toEqual([]);
});

describe("the part that is not over yet", () => {
  const day = Math.floor(now / DAY) * DAY;
  const counted = [
    { at: day - DAY, type: "PushEvent", count: 40 },
    { at: day, type: "PushEvent", count: 3 },
  ];
  const event = (at: number) => ({ at, type: "PushEvent" });
  it("comes from the loaded events where they cover it", () => {
    const entries = [event(now), event(day + 5), event(day - 10)];
    expect(withLive(counted, DAY, entries, false, now)).toEqual([counted[0], event(now), event(day + 5)]);
  });
  it("comes from the history where they do not", () => {
    expect(withLive(counted, DAY, [event(now), event(now - 60)], false, now)).toEqual(counted);
    expect(withLive(counted, DAY, [], true, now)).toEqual(counted);
    expect(withLive(counted, DAY, [event(now)], true, now)).toEqual([counted[0], event(now)]);
  });
});
