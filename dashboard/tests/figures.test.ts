import { describe, expect, it } from "vitest";

import type { Repository } from "../src/api/types";
import {
  binPoints,
  binWidth,
  hoursOfWeek,
  INTERVAL_EDGES,
  INTERVAL_LABELS,
  intervalDistribution,
  intervalsBetween,
  silenceLevel,
} from "../src/domain/activity";
import { savings } from "../src/domain/savings";

const point = (at: number, type = "PushEvent") => ({ at, type });

describe("bins", () => {
  it("have a familiar width", () => {
    expect([3600, 86400, 7 * 86400, 365 * 86400].map((span) => binWidth(span, 100))).toEqual([
      60,
      900,
      7200,
      7 * 86400,
    ]);
    expect(binWidth(100 * 365 * 86400, 10)).toBeGreaterThanOrEqual(10 * 365 * 86400);
  });
  it("count each point once and ignore points outside", () => {
    const bins = binPoints(
      [point(0), point(59), point(60), point(3599), point(-1), point(9999, "WatchEvent")],
      0,
      3600,
      60,
    );
    expect(bins.width).toBe(60);
    expect(bins.totals[0]).toBe(2);
    expect(bins.totals[1]).toBe(1);
    expect(bins.totals.reduce((sum, count) => sum + count)).toBe(4);
  });
  it("count points that stand for several events, and are as wide as these are far apart", () => {
    const bins = binPoints(
      [{ ...point(0), count: 7 }, point(86400), { ...point(2 * 86400), count: 0 }],
      0,
      3 * 86400,
      1000,
      86400,
    );
    expect([bins.width, bins.totals.slice(0, 3)]).toEqual([86400, [7, 1, 0]]);
    expect(binWidth(3600, 1000, 300)).toBe(300);
  });
  it("list the most frequent type first", () => {
    expect(binPoints([point(1), point(2, "WatchEvent"), point(3, "WatchEvent")], 0, 10, 10).types).toEqual([
      "WatchEvent",
      "PushEvent",
    ]);
  });
  it("cover an empty span", () => {
    expect(binPoints([], 5, 5, 10).totals).toEqual([0]);
  });
});

describe("times between events", () => {
  it("are between events in the order of their times, whatever order they came in", () => {
    expect(intervalsBetween([point(30), point(0), point(10)])).toEqual([10, 20]);
    expect(intervalsBetween([point(1)])).toEqual([]);
  });
  it("are counted by length, with a label for each count", () => {
    const counts = intervalDistribution([0, 9, 10, 59, 3600, 10 * 86400]);
    expect(counts).toEqual([2, 2, 0, 0, 0, 1, 0, 0, 0, 0, 1]);
    expect(INTERVAL_LABELS).toHaveLength(INTERVAL_EDGES.length);
  });
});

describe("activity by hour of the week", () => {
  const monday = Date.UTC(2026, 0, 5) / 1000;
  it("is the average of the weeks that were watched", () => {
    const points = [point(monday + 10), { ...point(monday + 7 * 86400 + 10), count: 3 }, point(monday + 86400)];
    const cells = hoursOfWeek(points, [{ from: monday, to: monday + 14 * 86400 }]);
    expect(cells[0]![0]).toMatchObject({ events: 4, perHour: 2 });
    expect(cells[1]![0]).toMatchObject({ events: 1, perHour: 0.5 });
    expect(cells[6]![23]).toMatchObject({ events: 0, perHour: 0 });
  });
  it("counts only the time that was watched, and knows nothing of other hours", () => {
    const watched = [
      { from: monday, to: monday + 3600 },
      { from: monday + 7200, to: monday + 10_800 },
    ];
    const cells = hoursOfWeek([point(monday + 1800), point(monday + 5000), point(monday + 7200)], watched);
    expect(cells[0]!.slice(0, 4).map(({ perHour }) => perHour)).toEqual([1, null, 1, null]);
    expect(cells.flat().filter((cell) => cell.perHour !== null)).toHaveLength(2);
  });
});

it("a silence is compared with the usual time between events", () => {
  expect([10, 100, 400, 1000].map((silence) => silenceLevel(silence, 100))).toEqual([
    "short",
    "usual",
    "long",
    "very-long",
  ]);
  expect(silenceLevel(1, 0)).toBe("usual");
});

describe("savings", () => {
  const addedAt = "2026-01-01T00:00:00Z";
  const now = Date.parse(addedAt) / 1000 + 3600;
  const repository = (requests: number, more: Partial<Repository> = {}): Repository => ({
    id: 1,
    full_name: "o/r",
    name: "r",
    owner: { login: "o" },
    html_url: "",
    active: true,
    added_at: addedAt,
    status: "ok",
    events_stored: 0,
    polling: { requests },
    ...more,
  });
  it("compare with one request per minute for each active repository", () => {
    expect(savings([repository(10), repository(20), repository(500, { active: false })], [], 0, now)).toEqual({
      requests: 30,
      everyMinute: 120,
      saved: 0.75,
    });
  });
  it("are unknown in the first minute, and without repositories", () => {
    expect(savings([repository(1)], [], 0, now - 3590)).toBeNull();
    expect(savings([], [], 0, now)).toBeNull();
  });
  it("count the requests of an organisation feed once", () => {
    const feeds = [
      { feed: "orgs/o", requests: 15 },
      { feed: "repos/o/r", repository: "o/r", requests: 10 },
    ];
    expect(savings([repository(10), repository(5)], feeds, 0, now)!.requests).toBe(30);
  });
  it("count the change probes, which serve all repositories", () => {
    expect(savings([repository(10), repository(5)], [], 7, now)!.requests).toBe(22);
  });
  it("are negative if more requests were sent", () => {
    expect(savings([repository(90)], [], 0, now)!.saved).toBe(-0.5);
  });
});
