import { describe, expect, it } from "vitest";

import {
  askedText,
  asSentence,
  DAY,
  formatCount,
  formatDate,
  formatDay,
  formatDayAndTime,
  formatDuration,
  formatFullTime,
  formatOverdue,
  formatPercent,
  formatRate,
  formatRelative,
  formatTime,
  formatTimeWithSeconds,
  HOUR,
  parseTime,
  plural,
  spellDuration,
  typeLabel,
} from "../src/domain/format";

describe("durations", () => {
  it.each([
    [0, "0 s"],
    [0.4, "< 1 s"],
    [1, "1 s"],
    [42.4, "42 s"],
    [59.4, "59 s"],
    [59.6, "1 min"],
    [100, "1 min"],
    [31 * 60, "31 min"],
    [HOUR - 1, "59 min"],
    [HOUR - 0.4, "1 h"],
    [82 * 60 - 1, "1 h 21 min"],
    [2 * HOUR, "2 h"],
    [2 * HOUR + 59, "2 h"],
    [DAY - 1, "23 h 59 min"],
    [DAY, "1 d"],
    [3 * DAY + 4.5 * HOUR, "3 d 4 h"],
    [30 * DAY - 1, "29 d 23 h"],
    [40.9 * DAY, "40 d"],
    [3413 * DAY, "3,413 d"],
    [null, "–"],
    [NaN, "–"],
  ])("%s seconds are %s", (seconds, text) => expect(formatDuration(seconds)).toBe(text));
  it("are spelled for a screen reader", () => {
    expect([1, 42, 720, 7200, 4860, 3 * DAY + HOUR, 3413 * DAY, 0.4].map(spellDuration)).toEqual([
      "1 second",
      "42 seconds",
      "12 minutes",
      "2 hours",
      "1 hour 21 minutes",
      "3 days 1 hour",
      "3,413 days",
      "less than 1 second",
    ]);
  });
  it("tell past from future", () => {
    expect(formatRelative(1000, 1042)).toBe("42 s ago");
    expect(formatRelative(1060, 1000)).toBe("in 1 min");
    expect(formatRelative(1000, 1000.4)).toBe("now");
    expect(formatRelative(null, 0)).toBe("–");
  });
  it("of 30 days and more become a date", () => {
    const now = Date.UTC(2026, 10, 24) / 1000;
    expect(formatRelative(now - 30 * DAY + 1, now)).toBe("29 d 23 h ago");
    expect(formatRelative(now - 30 * DAY, now)).toBe("25 Oct 2026");
    expect(formatRelative(now + 30 * DAY, now)).toBe("24 Dec 2026");
    expect(formatRelative(now - 3413 * DAY, now)).toBe("21 Jul 2017");
    expect(formatOverdue(now - 900, now)).toBe("overdue by 15 min");
    expect(formatOverdue(now - 3413 * DAY, now)).toBe("overdue since 21 Jul 2017");
  });
});

it("who asks now is told when that is", () => {
  expect(askedText("o/r", 1001, 1000)).toBe("GitHub is asked for o/r now.");
  expect(askedText("o/r", 900, 1000)).toBe("GitHub is asked for o/r now.");
  expect(askedText("o/r", null, 1000)).toBe("GitHub is asked for o/r now.");
  expect(askedText("o/r", 1042, 1000)).toBe("GitHub will be asked for o/r in 42 s.");
});

it("dates and times of day have one form each", () => {
  const at = Date.UTC(2026, 10, 4, 9, 5, 7) / 1000;
  expect(
    [formatDate, formatDay, formatDayAndTime, formatFullTime, formatTime, formatTimeWithSeconds].map((format) =>
      format(at),
    ),
  ).toEqual(["4 Nov 2026", "4 Nov", "4 Nov, 09:05", "4 Nov 2026, 09:05:07", "09:05", "09:05:07"]);
});

describe("numbers", () => {
  it.each([
    [0, "0"],
    [0.004, "< 0.01"],
    [7.031, "7.03"],
    [70.31, "70.3"],
    [7031, "7,031"],
    [null, "–"],
  ])("a rate of %s is %s", (rate, text) => expect(formatRate(rate)).toBe(text));
  it("have a comma for thousands", () => {
    expect(formatCount(1234567)).toBe("1,234,567");
    expect(plural(1, "event")).toBe("1 event");
    expect(plural(7702, "repository", "repositories")).toBe("7,702 repositories");
    expect(formatPercent(0.034)).toBe("3.4 %");
    expect(formatPercent(0.87)).toBe("87 %");
  });
});

describe("texts from the server", () => {
  it("are read as times if they are valid", () => {
    expect(parseTime("2024-11-12T20:13:10Z")).toBe(1731442390);
    expect([null, undefined, "", "yesterday"].map((text) => parseTime(text))).toEqual([null, null, null, null]);
  });
  it("become labels of event types", () => {
    expect(
      [
        "PushEvent",
        "PullRequestReviewCommentEvent",
        "WatchEvent",
        "GollumEvent",
        "NewThing",
        "Event",
        "constructor",
      ].map(typeLabel),
    ).toEqual(["Push", "Pull request review comment", "Star", "Wiki edit", "New thing", "Event", "Constructor"]);
  });
});

it("a message from the server becomes a sentence", () => {
  expect(["at most 5 may be active: 5 are", "Not Found.", " why? ", ""].map(asSentence)).toEqual([
    "At most 5 may be active: 5 are.",
    "Not Found.",
    "Why?",
    "",
  ]);
});
