import { describe, expect, it } from "vitest";

import type { Repository } from "../src/api/types";
import { bin_points, bin_width, gap_distribution, gaps_between, hours_of_week, kGapEdges, kGapLabels, mood } from "../src/domain/activity";
import { forecast_hours } from "../src/domain/forecast";
import { savings } from "../src/domain/savings";

const point = (at: number, type = "PushEvent") => ({ at, type });

describe("bins", () => {
  it("have a width that people count in", () => {
    expect([3600, 86400, 7 * 86400, 365 * 86400].map((span) => bin_width(span, 100))).toEqual([60, 900, 7200, 7 * 86400]);
    expect(bin_width(100 * 365 * 86400, 10)).toBeGreaterThanOrEqual(10 * 365 * 86400);
  });
  it("hold each point once and leave out what lies outside", () => {
    const bins = bin_points([point(0), point(59), point(60), point(3599), point(-1), point(9999, "WatchEvent")], 0, 3600, 60);
    expect(bins.width).toBe(60);
    expect(bins.totals[0]).toBe(2);
    expect(bins.totals[1]).toBe(1);
    expect(bins.totals.reduce((sum, count) => sum + count)).toBe(4);
  });
  it("list the most frequent type first", () => {
    expect(bin_points([point(1), point(2, "WatchEvent"), point(3, "WatchEvent")], 0, 10, 10).types).toEqual(["WatchEvent", "PushEvent"]);
  });
  it("cover a span of nothing", () => {
    expect(bin_points([], 5, 5, 10).totals).toEqual([0]);
  });
});

describe("gaps", () => {
  it("lie between neighbours in time, however the events came", () => {
    expect(gaps_between([point(30), point(0), point(10)])).toEqual([10, 20]);
    expect(gaps_between([point(1)])).toEqual([]);
  });
  it("are counted by length, each label for one count", () => {
    const counts = gap_distribution([0, 9, 10, 59, 3600, 10 * 86400]);
    expect(counts).toEqual([2, 2, 0, 0, 0, 1, 0, 0, 0, 0, 1]);
    expect(kGapLabels).toHaveLength(kGapEdges.length);
  });
});

describe("the hours of the week", () => {
  const monday = Date.UTC(2026, 0, 5) / 1000;
  it("average over the weeks that were watched", () => {
    const cells = hours_of_week([point(monday + 10), point(monday + 7 * 86400 + 10), point(monday + 86400)], monday, monday + 14 * 86400);
    expect(cells[0]![0]).toMatchObject({ events: 2, per_hour: 1 });
    expect(cells[1]![0]).toMatchObject({ events: 1, per_hour: 0.5 });
    expect(cells[6]![23]).toMatchObject({ events: 0, per_hour: 0 });
  });
  it("know only what was watched", () => {
    const cells = hours_of_week([point(monday + 1800)], monday, monday + 3600);
    expect(cells[0]![0]!.per_hour).toBe(1);
    expect(cells.flat().filter((cell) => cell.events > 0)).toHaveLength(1);
  });
});

it("a silence is judged by what is usual", () => {
  expect([10, 100, 400, 1000].map((silence) => mood(silence, 100))).toEqual(["lively", "usual", "quiet", "silent"]);
  expect(mood(1, 0)).toBe("usual");
});

describe("savings", () => {
  const added_at = "2026-01-01T00:00:00Z";
  const now = Date.parse(added_at) / 1000 + 3600;
  const repository = (requests: number, more: Partial<Repository> = {}): Repository => ({
    id: 1, full_name: "o/r", name: "r", owner: { login: "o" }, html_url: "", active: true, added_at, status: "ok", events_stored: 0, polling: { requests }, ...more,
  });
  it("compare with a request a minute for each active repository", () => {
    expect(savings([repository(10), repository(20), repository(500, { active: false })], [], now)).toEqual({ asked: 30, every_minute: 120, saved: 0.75 });
  });
  it("are not claimed before a minute has passed, nor where there is nothing to compare", () => {
    expect(savings([repository(1)], [], now - 3590)).toBeNull();
    expect(savings([], [], now)).toBeNull();
  });
  it("count what is asked of an organisation's feed once", () => {
    const feeds = [{ feed: "orgs/o", requests: 15 }, { feed: "repos/o/r", repository: "o/r", requests: 10 }];
    expect(savings([repository(10), repository(5)], feeds, now)!.asked).toBe(30);
  });
  it("are negative where more is asked", () => {
    expect(savings([repository(90)], [], now)!.saved).toBe(-0.5);
  });
});

it("a forecast leaves out what cannot be read", () => {
  const hour = { from: "2026-01-01T00:00:00Z", expected: 2, low: 1, high: 4 };
  expect(forecast_hours({ hours: [hour, { ...hour, from: "soon" }, { ...hour, high: NaN }] })).toEqual([{ ...hour, from: 1767225600 }]);
});
