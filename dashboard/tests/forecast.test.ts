import { describe, expect, it } from "vitest";

import { countQuantile, dispersionOf } from "../src/domain/counts";
import { forecastBands, forecastHours } from "../src/domain/forecast";

const begin = 1767225600;
const HOUR = 3600;

it("a forecast leaves out hours that are not valid", () => {
  const hour = { from: "2026-01-01T00:00:00Z", expected: 2, low: 1, high: 4 };
  expect(forecastHours({ hours: [hour, { ...hour, from: "soon" }, { ...hour, high: NaN }] })).toEqual([
    { ...hour, from: begin },
  ]);
});

describe("quantiles of counts", () => {
  // From tables of the Poisson distribution.
  it.each([
    [1, 0.95, 3],
    [4, 0.95, 8],
    [4, 0.05, 1],
    [10, 0.95, 15],
    [10, 0.05, 5],
    [0.05, 0.95, 0],
    [0.06, 0.95, 1],
    [0, 0.95, 0],
  ])("of independent events: %s expected, %s", (mean, probability, count) =>
    expect(countQuantile(mean, 1, probability)).toBe(count),
  );
  it("have the distribution's mean and variance, by brute force", () => {
    for (const [mean, dispersion] of [
      [3, 1.5],
      [12, 4],
      [0.7, 8],
    ] as const) {
      const draws = Array.from({ length: 20_000 }, (_, index) =>
        countQuantile(mean, dispersion, (index + 0.5) / 20_000),
      );
      const found = draws.reduce((sum, count) => sum + count, 0) / draws.length;
      const variance = draws.reduce((sum, count) => sum + (count - found) ** 2, 0) / draws.length;
      expect(found / mean).toBeCloseTo(1, 1);
      expect(variance / mean / dispersion).toBeCloseTo(1, 1);
    }
  });
  it("of a thousand events do not underflow", () => expect(countQuantile(5000, 1, 0.5)).toBe(5000));
});

// Hours as the server makes them.
const hours = (expected: number[], dispersion: number) =>
  expected.map((mean, hour) => ({
    from: begin + hour * HOUR,
    expected: mean,
    low: countQuantile(mean, dispersion, 0.05),
    high: countQuantile(mean, dispersion, 0.95),
  }));
const day = (dispersion: number, level = 1) =>
  hours(
    Array.from({ length: 24 }, (_, hour) => level * (2 + Math.sin(hour / 4))),
    dispersion,
  );

it("the dispersion is found again from the intervals", () => {
  for (const dispersion of [1, 1.5, 3, 6, 12]) {
    expect(dispersionOf(day(dispersion, 3)) / dispersion).toBeGreaterThan(0.8);
    expect(dispersionOf(day(dispersion, 3)) / dispersion).toBeLessThan(1.25);
  }
  expect(dispersionOf(hours([0.01, 0.02], 3))).toBe(2);
});

describe("bands", () => {
  it("of bars of an hour are the server's", () => {
    const forecast = day(3);
    expect(forecastBands(forecast, begin - 2 * HOUR, HOUR, 40)).toEqual(
      forecast.map(({ from, ...hour }) => ({ from, to: from + HOUR, ...hour })),
    );
  });
  it("of wider bars expect the sum, with an interval that is narrower than the sum of the intervals", () => {
    const forecast = day(3);
    const [first] = forecastBands(forecast, begin, 6 * HOUR, 4);
    const six = forecast.slice(0, 6);
    const sum = (name: "expected" | "low" | "high") => six.reduce((total, hour) => total + hour[name], 0);
    expect(first!.expected).toBeCloseTo(sum("expected"));
    expect(first!.high).toBeLessThan(sum("high"));
    expect(first!.low).toBeGreaterThan(sum("low"));
    expect(first!.high).toBeGreaterThan(countQuantile(sum("expected"), 1, 0.95));
  });
  it("of narrower bars are wider than a share of the hour's interval, and whole numbers", () => {
    const [first] = forecastBands(day(3), begin, HOUR / 6, 6);
    expect(first!.expected).toBeCloseTo(2 / 6);
    expect(first!.low).toBe(0);
    expect(first!.high).toBeGreaterThan(day(3)[0]!.high / 6);
    expect(Number.isInteger(first!.high)).toBe(true);
  });
  it("of a bar that is forecast in part are those of the whole bar, drawn over that part", () => {
    const level = hours(new Array<number>(24).fill(4), 2);
    const [first, second] = forecastBands(level, begin - HOUR, 2 * HOUR, 3);
    expect([first!.from, first!.to, first!.expected]).toEqual([begin, begin + HOUR, 8]);
    expect([second!.expected, second!.high]).toEqual([8, first!.high]);
  });
  it("are none without a forecast", () => expect(forecastBands([], begin, HOUR, 5)).toEqual([]));
});
