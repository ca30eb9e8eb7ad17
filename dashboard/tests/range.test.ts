import { expect, it } from "vitest";

import { readRange, scaled, shifted, writeRange } from "../src/domain/range";

it("a range is read again as it was written, to the second", () => {
  for (const range of ["window", "day", "week", "month", "all", { from: 1_700_000_000, to: 1_700_003_600 }] as const)
    expect(readRange(writeRange(range))).toEqual(range);
  expect(writeRange("window")).toBeNull();
  expect(writeRange({ from: 10.7, to: 3610.2 })).toBe("10-3611");
  expect(readRange(writeRange({ from: -50, to: -20 }))).toEqual({ from: 0, to: 60 });
});

it.each([
  "",
  "years",
  "constructor",
  "__proto__",
  "10-20",
  "20-10",
  "-5-100",
  "1-99999999999999",
  "a-b",
  "1e3-1e9",
  "NaN-NaN",
])("%s is no range: the window is shown", (text) => expect(readRange(text)).toBe("window"));

it("zooming keeps the middle, and does not go beyond the latest time", () => {
  const span = { from: 1_000, to: 2_000 };
  expect(scaled(span, 0.5, 9_000)).toEqual({ from: 1_250, to: 1_750 });
  expect(scaled(scaled(span, 0.5, 9_000), 2, 9_000)).toEqual(span);
  expect(scaled(span, 2, 2_100)).toEqual({ from: 500, to: 2_100 });
  expect(scaled(span, 0, 9_000)).toEqual({ from: 1_440, to: 1_560 });
});

it("moving keeps the length", () => {
  expect(shifted({ from: 1_000, to: 2_000 }, -0.5)).toEqual({ from: 500, to: 1_500 });
  expect(shifted(shifted({ from: 1_000, to: 2_000 }, 0.5), -0.5)).toEqual({ from: 1_000, to: 2_000 });
});
