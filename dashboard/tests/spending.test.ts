// Tests of what polling cost, and of what it is compared with.
import { describe, expect, it } from "vitest";

import type { Alternative, Share, Spent } from "../src/api/types";
import { asFresh, comparedWith, costRows, formatShare, requestsOf, sumOf, waysOfPolling } from "../src/domain/spending";

const share = (more: Partial<Share>): Share => ({
  own: 0,
  shared: 0,
  probes: 0,
  quota_spent: 0,
  points_spent: 0,
  events: 0,
  ...more,
});

const alternative = (policy: string, interval: number | null, requests: number): Alternative => ({
  policy,
  interval_seconds: interval,
  requests,
  quota_spent: requests / 3,
  staleness_mean_seconds: interval === null ? 1140 : interval / 2,
});

const spent: Spent = {
  since: "2026-01-01T00:00:00Z",
  until: "2026-01-01T23:10:00Z",
  requests: 340,
  not_modified: 120,
  failures: 0,
  quota_spent: 184,
  points_spent: 1036,
  events: 402,
  staleness: { mean_seconds: 208.5, p95_seconds: 610, events: 402 },
  sources: [],
  repositories: [
    { repository: "o/cheap", ...share({ own: 3, shared: 0.4 }) },
    { repository: "o/dear", ...share({ own: 200, shared: 100.6, probes: 36, events: 9 }) },
  ],
  others: share({ own: 0, shared: 0 }),
  alternatives: [alternative("fixed", 417, 600.6), alternative("fixed", 60, 4182.1), alternative("mean", null, 420)],
};

describe("ways of polling", () => {
  it("are repopulse's first, with its measured freshness, then the server's alternatives with theirs", () => {
    const ways = waysOfPolling({ policy: "adaptive", spent });
    expect(ways.map(({ name, note }) => [name, note])).toEqual([
      ["repopulse (adaptive)", "and 1,036 GraphQL points"],
      ["every 6 min", "as fresh"],
      ["every minute", null],
      ["mean", "the baseline"],
    ]);
    expect(ways.map(({ requests, quota, staleness }) => [requests, quota, staleness])).toEqual([
      [340, 184, 208.5],
      [601, 200, 208.5],
      [4182, 1394, 30],
      [420, 140, 1140],
    ]);
    expect(ways.map(({ own }) => own)).toEqual([true, false, false, false]);
  });
  it("are none before the server has told anything", () => expect(waysOfPolling({ policy: "adaptive" })).toEqual([]));
  it("are as fresh at no interval where none is longer than a minute", () => {
    expect(asFresh(spent)?.interval_seconds).toBe(417);
    expect(asFresh({ ...spent, alternatives: spent.alternatives.slice(1) })).toBeUndefined();
  });
});

describe("a comparison", () => {
  it.each([
    [50, 100, "50 %", "fewer"],
    [0, 100, "100 %", "fewer"],
    [130, 100, "30 %", "more"],
    [250, 100, "2.5 times", "more"],
    [100.2, 100, "As many", "as many"],
    [0, 0, "As many", "as many"],
  ])("of %d with %d is in words", (spentHere, other, figure, words) => {
    expect(comparedWith(spentHere, other)).toEqual({ figure, words });
  });
});

describe("costs", () => {
  it("begin with the dearest repository", () => {
    expect(costRows(spent).map(({ name, requests }) => [name, requests])).toEqual([
      ["o/dear", 336.6],
      ["o/cheap", 3.4],
    ]);
  });
  it("add up to all requests", () => {
    expect(requestsOf(sumOf([...spent.repositories, spent.others]))).toBeCloseTo(spent.requests, 9);
    expect(sumOf(spent.repositories).events).toBe(9);
    expect(sumOf([])).toEqual(share({}));
  });
  it.each([
    [0, "0"],
    [0.01, "< 0.1"],
    [0.26, "0.3"],
    [12, "12"],
    [99.94, "99.9"],
    [1234.5, "1,235"],
  ])("show %d requests as %s", (part, text) => expect(formatShare(part)).toBe(text));
});
