import { describe, expect, it } from "vitest";

import { eventsCsv, statisticsCsv, toCsv } from "../src/domain/csv";

describe("CSV", () => {
  it("quotes cells that would break a row", () => {
    expect(
      toCsv(
        ["a", "b"],
        [
          ['say "hi"', "x,y"],
          ["two\nlines", null],
          [1.5, undefined],
        ],
      ),
    ).toBe('a,b\r\n"say ""hi""","x,y"\r\n"two\nlines",\r\n1.5,\r\n');
  });
  it("has no cell that a spreadsheet would run as a formula", () => {
    const row = eventsCsv([
      { id: "1", type: "=cmd()", created_at: "@now", actor: { login: "+x" }, payload: { action: "-1" } },
    ]).split("\r\n")[1];
    expect(row).toBe("1,'=cmd(),'@now,'+x,'-1");
  });
  it("keeps negative numbers as numbers", () => {
    expect(toCsv(["a"], [[-0.3]])).toBe("a\r\n-0.3\r\n");
  });
  it("has a row for each type of the statistics", () => {
    const type = {
      type: "PushEvent",
      events: 1,
      average_seconds: null,
      median_seconds: null,
      p90_seconds: null,
      stddev_seconds: null,
      min_seconds: null,
      max_seconds: null,
      first_event_at: "2026-01-01T00:00:00Z",
      last_event_at: "2026-01-01T00:00:00Z",
      events_per_hour: null,
      burstiness: null,
      expected_next_at: null,
    };
    const window = {
      rule: "",
      days: 7,
      max_events: 500,
      bounded_by: "days" as const,
      from: null,
      to: null,
      events: 1,
      complete: true,
    };
    const told = { ...type, events_per_watched_hour: 0.006, few_events: true };
    const lines = statisticsCsv({ repository: "o/r", window, as_of: "", types: [type, told] })
      .trim()
      .split("\r\n");
    expect(lines).toHaveLength(3);
    expect(lines[1]).toBe("PushEvent,1,,,,,,,2026-01-01T00:00:00Z,2026-01-01T00:00:00Z,,,,,");
    expect(lines[2]).toBe("PushEvent,1,,,,,,,2026-01-01T00:00:00Z,2026-01-01T00:00:00Z,,,,0.006,true");
  });
});
