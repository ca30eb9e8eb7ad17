import { expect, it } from "vitest";

import { axisLabels } from "../src/domain/time_axis";

const at = (...date: [number, number, number, number?, number?]) => Date.UTC(...date) / 1000;
const HOUR = 3600;
const DAY = 86400;
const now = at(2026, 10, 29);

it("hours name the day where it begins", () => {
  const splits = [at(2026, 10, 28, 12), at(2026, 10, 28, 18), at(2026, 10, 29, 0)];
  expect(axisLabels(splits, 6 * HOUR, now)).toEqual(["12:00\n28 Nov", "18:00", "00:00\n29 Nov"]);
  expect(axisLabels([at(2026, 10, 29, 0, 1)], 10, now)).toEqual(["00:01:00\n29 Nov"]);
});

it("hours of another year name it once", () => {
  const splits = [at(2017, 5, 1, 0), at(2017, 5, 1, 12), at(2017, 5, 2, 0)];
  expect(axisLabels(splits, 12 * HOUR, now)).toEqual(["00:00\n1 Jun 2017", "12:00", "00:00\n2 Jun"]);
});

it("days and months name the year where it begins, unless all are of this year", () => {
  expect(axisLabels([at(2026, 9, 1), at(2026, 10, 1)], 30 * DAY, now)).toEqual(["1 Oct", "1 Nov"]);
  expect(axisLabels([at(2025, 10, 1), at(2025, 11, 1), at(2026, 0, 1), at(2026, 1, 1)], 30 * DAY, now)).toEqual([
    "1 Nov\n2025",
    "1 Dec",
    "1 Jan\n2026",
    "1 Feb",
  ]);
});

it("years are years", () =>
  expect(axisLabels([at(2017, 0, 1), at(2018, 0, 1)], 365 * DAY, now)).toEqual(["2017", "2018"]));

it("the same day of two years is two days", () => {
  expect(axisLabels([at(2025, 10, 28, 12), at(2026, 10, 28, 12)], 6 * HOUR, now)).toEqual([
    "12:00\n28 Nov 2025",
    "12:00\n28 Nov 2026",
  ]);
});
