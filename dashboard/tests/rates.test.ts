import { describe, expect, it } from "vitest";

import type { Statistics, TypeStatistics } from "../src/api/types";
import { isFew, totalRate, typeRate } from "../src/domain/rates";

const row = (more: Partial<TypeStatistics>) =>
  ({ type: "PushEvent", events: 20, events_per_hour: 2, ...more }) as TypeStatistics;
const statistics = (...types: TypeStatistics[]) => ({ types }) as Statistics;

describe("rates", () => {
  it("are over the time watched where the server says so", () => {
    expect(typeRate(row({ events_per_watched_hour: 0.01 }))).toBe(0.01);
    expect(typeRate(row({ events_per_watched_hour: null }))).toBeNull();
    expect(typeRate(row({}))).toBe(2);
  });
  it("of all types are their sum", () => {
    expect(
      totalRate(statistics(row({ events_per_watched_hour: 0.5 }), row({ events_per_watched_hour: 0.25 })), 60),
    ).toBe(0.75);
    expect(totalRate(statistics(row({ events_per_watched_hour: null })), 60)).toBeNull();
  });
  it("come from the average interval where an older server does not say them", () => {
    expect(totalRate(statistics(row({}), row({})), 60)).toBe(60);
    expect(totalRate(statistics(row({})), null)).toBeNull();
    expect(totalRate(statistics(), null)).toBeNull();
  });
});

it("fewer than five events are few, if the server does not say", () => {
  expect([4, 5].map((events) => isFew(row({ events })))).toEqual([true, false]);
  expect(isFew(row({ events: 3, few_events: false }))).toBe(false);
  expect(isFew(row({ events: 30, few_events: true }))).toBe(true);
});
