import { describe, expect, it } from "vitest";

import {
  as_sentence, format_count, format_duration, format_percent, format_rate, format_relative, parse_time, plural, spell_duration, type_words,
} from "../src/domain/format";

describe("durations", () => {
  it.each([
    [0, "0 s"], [0.4, "< 1 s"], [1, "1 s"], [42.4, "42 s"], [99, "99 s"], [100, "1.7 min"], [120, "2 min"], [720, "12 min"], [5940, "99 min"],
    [6000, "1.7 h"], [7200, "2 h"], [86400, "24 h"], [48 * 3600, "2 d"], [8 * 86400 + 43200, "8.5 d"], [40 * 86400, "40 d"], [null, "–"], [NaN, "–"],
  ])("%s seconds are %s", (seconds, text) => expect(format_duration(seconds)).toBe(text));
  it("are spelled for a screen reader", () => {
    expect([1, 42, 720, 7200, 0.4].map(spell_duration)).toEqual(["1 second", "42 seconds", "12 minutes", "2 hours", "1 second"]);
  });
  it("tell past from future", () => {
    expect(format_relative(1000, 1060)).toBe("60 s ago");
    expect(format_relative(1060, 1000)).toBe("in 60 s");
    expect(format_relative(1000, 1000.4)).toBe("now");
    expect(format_relative(null, 0)).toBe("–");
  });
});

describe("numbers", () => {
  it.each([[0, "0"], [0.004, "< 0.01"], [7.031, "7.03"], [70.31, "70.3"], [7031, "7,031"], [null, "–"]])("a rate of %s is %s", (rate, text) =>
    expect(format_rate(rate)).toBe(text));
  it("are counted and put into words", () => {
    expect(format_count(1234567)).toBe("1,234,567");
    expect(plural(1, "event")).toBe("1 event");
    expect(plural(2, "stretch", "stretches")).toBe("2 stretches");
    expect(format_percent(0.034)).toBe("3.4 %");
    expect(format_percent(0.87)).toBe("87 %");
  });
});

describe("texts of the server", () => {
  it("are read as times, or not at all", () => {
    expect(parse_time("2024-11-12T20:13:10Z")).toBe(1731442390);
    expect([null, undefined, "", "yesterday"].map((text) => parse_time(text))).toEqual([null, null, null, null]);
  });
  it("become words", () => {
    expect(["PushEvent", "PullRequestReviewCommentEvent", "NewThing", "Event"].map(type_words)).toEqual([
      "Push", "Pull request review comment", "New thing", "Event",
    ]);
  });
});

it("the server's words become a sentence", () => {
  expect(["at most 5 may be active: 5 are", "Not Found.", " why? ", ""].map(as_sentence)).toEqual(["At most 5 may be active: 5 are.", "Not Found.", "Why?", ""]);
});
