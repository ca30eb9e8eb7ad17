import { describe, expect, it } from "vitest";

import type { History } from "../src/api/types";
import { type By, beginOf, endOf, PART_SECONDS } from "../src/domain/calendar";
import {
  compare,
  fitting,
  MOST_REPOSITORIES,
  partsOf,
  possible,
  readChoices,
  timesUsual,
  valuesOf,
} from "../src/domain/comparison";
import { comparisonCsv } from "../src/domain/comparison_csv";
import { MOST_LINES } from "../src/domain/line_looks";

const HOUR = 3600;
const DAY = 86400;
const now = Date.UTC(2026, 10, 29, 21, 17) / 1000;
const WAYS: By[] = ["hour", "day", "week"];

describe("parts of time", () => {
  it("are whole and cover the span", () => {
    for (const by of WAYS)
      for (let at = now - 20 * DAY; at < now; at += 7001) {
        const [begin, end] = [beginOf(by, at), endOf(by, at)];
        expect(begin).toBeLessThanOrEqual(at);
        expect(end).toBeGreaterThanOrEqual(at);
        expect(end - begin).toBe(PART_SECONDS[by]);
        expect([beginOf(by, begin), endOf(by, begin), beginOf(by, end - 1)]).toEqual([begin, begin, begin]);
      }
    expect(new Date(beginOf("week", now) * 1000).toISOString()).toBe("2026-11-23T00:00:00.000Z");
  });
  it("are as many as the server counts and a screen shows", () => {
    for (const days of [0.01, 1, 7, 16, 17, 79, 80, 365, 1899, 3650, 40_000])
      for (const wanted of [null, ...WAYS]) {
        const span = { from: now - days * DAY, to: now };
        const { by, from, to } = partsOf(span, wanted);
        expect((to - from) / PART_SECONDS[by]).toBeLessThanOrEqual(1_900);
        expect(to).toBeGreaterThanOrEqual(now);
        if (wanted !== null && possible(wanted, span)) expect(by).toBe(wanted);
        else expect(by).toBe(fitting(span));
      }
    expect(fitting({ from: now - 7 * DAY, to: now })).toBe("hour");
    expect(fitting({ from: now - 30 * DAY, to: now })).toBe("day");
    expect(fitting({ from: now - 3650 * DAY, to: now })).toBe("week");
  });
});

describe("the choices in the address", () => {
  const read = (query: string) => readChoices(new URLSearchParams(query));
  it("are read", () => {
    expect(read("repos=a/b, c/d,A/B,&types=PushEvent,ForkEvent&lines=types&range=month&by=day&scale=usual")).toEqual({
      repositories: ["a/b", "c/d"],
      types: ["PushEvent", "ForkEvent"],
      split: true,
      range: "month",
      by: "day",
      scale: "usual",
    });
  });
  it("are the usual ones where they are missing or not valid", () => {
    const usual = { repositories: [], types: [], split: false, range: "week", by: null, scale: "events" };
    expect(read("")).toEqual(usual);
    expect(read("repos=,&types=&lines=__proto__&range=window&by=constructor&scale=toString")).toEqual(usual);
  });
});

const start = Date.UTC(2026, 10, 28) / 1000;
const time = (at: number) => new Date(at * 1000).toISOString();

// Each part: how many events of each type, and whether it is complete.
function historyOf(...hours: [Record<string, number>, boolean][]): History {
  return {
    repository: "o/r",
    buckets: hours.map(([types, complete], index) => ({
      from: time(start + index * HOUR),
      to: time(start + (index + 1) * HOUR),
      events: Object.values(types).reduce((sum, count) => sum + count, 0),
      complete,
      types: Object.entries(types).map(([type, events]) => ({ type, events })),
    })),
  };
}

const busy = historyOf([{ PushEvent: 4, ForkEvent: 1 }, true], [{ PushEvent: 2 }, true], [{ PushEvent: 7 }, false]);
const gappy = historyOf([{}, false], [{ ForkEvent: 3 }, true], [{ constructor: 1 }, false]);
const both = [
  { repository: "acme/busy", history: busy },
  { repository: "acme/gappy", history: gappy },
];
const all = { types: [], split: false };

const during = start + 2.5 * HOUR; // the last part is not over

describe("a comparison", () => {
  it("has a line for each repository, over the same parts", () => {
    const { parts, lines, types, left } = compare(both, all, during);
    expect(parts).toHaveLength(3);
    expect(types).toEqual(["PushEvent", "ForkEvent", "constructor"]);
    expect(lines.map(({ repository, type, counts, total }) => ({ repository, type, counts, total }))).toEqual([
      { repository: "acme/busy", type: null, counts: [5, 2, 7], total: 14 },
      { repository: "acme/gappy", type: null, counts: [0, 3, 1], total: 4 },
    ]);
    expect(left).toBe(0);
  });
  it("takes what was not watched for neither nothing nor a number", () => {
    const comparison = compare(both, all, during);
    const [first, second] = comparison.lines;
    // The last part is not over yet; the rate is over the parts that are known.
    expect([first!.complete, first!.perHour]).toEqual([true, 3.5]);
    expect([second!.complete, second!.perHour]).toEqual([false, 3]);
    expect(compare(both, all, during + HOUR).lines[0]!.complete).toBe(false);
    expect(valuesOf(first!, comparison, "events")).toEqual({ values: [5, 2, null], least: [null, null, 7] });
    expect(valuesOf(second!, comparison, "events")).toEqual({ values: [null, 3, null], least: [null, null, 1] });
  });
  it("counts the types that are chosen, together or each in a line of its own", () => {
    expect(compare(both, { types: ["ForkEvent"], split: false }, during).lines.map(({ counts }) => counts)).toEqual([
      [1, 0, 0],
      [0, 3, 0],
    ]);
    const { lines } = compare(both, { types: ["NoSuchEvent", "ForkEvent", "PushEvent"], split: true }, during);
    expect(lines.map(({ repository, type }) => `${repository} ${type}`)).toEqual([
      "acme/busy PushEvent",
      "acme/gappy PushEvent",
      "acme/busy ForkEvent",
      "acme/gappy ForkEvent",
      "acme/busy NoSuchEvent",
      "acme/gappy NoSuchEvent",
    ]);
    expect(lines[4]!.total).toBe(0);
  });
  it("has as many lines as can be told apart, and says how many others there are", () => {
    const many = Array.from({ length: MOST_REPOSITORIES }, (_, index) => ({
      repository: `o/r${index}`,
      history: busy,
    }));
    const { lines, left } = compare(many, { types: [], split: true }, during);
    expect([lines.length, left]).toEqual([MOST_LINES, 2 * MOST_REPOSITORIES - MOST_LINES]);
    expect(new Set(lines.map(({ type }) => type))).toEqual(new Set(["PushEvent"]));
  });
  it("leaves out an answer that is not about the same parts", () => {
    const other = { repository: "o/odd", history: historyOf([{}, true]) };
    expect(compare([...both, other], all, during).lines.map(({ repository }) => repository)).toEqual([
      "acme/busy",
      "acme/gappy",
    ]);
    expect(compare([{ repository: "o/none", history: {} as History }], all, during).lines).toEqual([]);
    expect(compare([], all, during)).toMatchObject({ parts: [], lines: [], types: [] });
  });
});

it("a value is compared with the average of its line", () => {
  const comparison = compare(both, all, during);
  const { values, least } = valuesOf(comparison.lines[0]!, comparison, "usual");
  expect(values).toEqual([5 / 3.5, 2 / 3.5, null]);
  expect(least).toEqual([null, null, 2]);
  const known = values.filter((value) => value !== null);
  expect(known.reduce((sum, value) => sum + value) / known.length).toBeCloseTo(1);
  expect(timesUsual(5, 0, { from: 0, to: HOUR })).toBeNull();
  expect(timesUsual(5, null, { from: 0, to: HOUR })).toBeNull();
});

it("the CSV has a line for each line and part, and runs no formula", () => {
  const evil = { repository: "o/r", history: historyOf([{ "=1+1": 2 }, true], [{}, false]) };
  expect(comparisonCsv(compare([evil], { types: [], split: true }, during)).split("\r\n")).toEqual([
    "repository,type,from,to,events,complete,times_usual",
    "o/r,'=1+1,2026-11-28T00:00:00Z,2026-11-28T01:00:00Z,2,true,1",
    "o/r,'=1+1,2026-11-28T01:00:00Z,2026-11-28T02:00:00Z,0,false,",
    "",
  ]);
  const [, line] = comparisonCsv(compare(both, { types: ["ForkEvent", "PushEvent"], split: false }, during)).split(
    "\r\n",
  );
  expect(line).toMatch(/^acme\/busy,ForkEvent PushEvent,/);
});
