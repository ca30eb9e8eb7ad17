import { expect, it } from "vitest";

import { readRange, writeRange } from "../src/domain/range";

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
