import { describe, expect, it } from "vitest";
import type { Repository, Statistics } from "../src/api/types";
import { overviewCsv } from "../src/domain/overview_csv";
import { matching, type Row, Rows, rowOf, SORTS, type Sort, sorted } from "../src/pages/overview/rows";
import type { FiringAlerts } from "../src/state/firing_alerts";
import { RepositoryModel } from "../src/state/repository_model";

const now = Date.UTC(2026, 0, 8) / 1000;
const time = (at: number) => new Date(at * 1000).toISOString();
const noAlerts = { of: () => [] } as unknown as FiringAlerts;

function model(
  fullName: string,
  more: Partial<Repository> = {},
  window: Partial<Statistics["window"]> | null = {},
): RepositoryModel {
  const [login, name] = fullName.split("/") as [string, string];
  const made = new RepositoryModel({
    id: 1,
    full_name: fullName,
    name,
    owner: { login },
    html_url: "https://github.com",
    active: true,
    added_at: time(now),
    status: "ok",
    events_stored: 200,
    last_event_at: time(now - 600),
    next_poll_at: time(now + 60),
    ...more,
  });
  // Usually one event every 10 min.
  if (window)
    made.statistics.value = {
      repository: fullName,
      as_of: "",
      types: [],
      window: {
        rule: "",
        days: 7,
        max_events: 500,
        bounded_by: "days",
        from: time(now - 60_000),
        to: time(now),
        events: 101,
        complete: true,
        ...window,
      },
    };
  return made;
}
const row = (...parameters: Parameters<typeof model>) => rowOf(model(...parameters), noAlerts, now);

describe("what needs a look", () => {
  const needs = (made: RepositoryModel, alerts = noAlerts) => rowOf(made, alerts, now).needsALook;
  it("is a status that is not good, a window with gaps, an alert, or a very long silence", () => {
    expect(needs(model("o/r"))).toBe(false);
    expect(needs(model("o/r", { status: "not_found" }))).toBe(true);
    expect(needs(model("o/r", {}, { complete: false }))).toBe(true);
    expect(needs(model("o/r"), { of: () => [{}] } as unknown as FiringAlerts)).toBe(true);
    expect(needs(model("o/r", { last_event_at: time(now - 79 * 60) }))).toBe(false);
    expect(needs(model("o/r", { last_event_at: time(now - 81 * 60) }))).toBe(true);
  });
  it("is no silence of a repository that is not polled, or of which too little is known", () => {
    const longAgo = time(now - 5 * 3600);
    expect(needs(model("o/r", { last_event_at: longAgo, active: false }))).toBe(false);
    expect(needs(model("o/r", { last_event_at: longAgo }, { events: 4 }))).toBe(false);
    expect(needs(model("o/r", { last_event_at: longAgo }, null))).toBe(false);
  });
});

describe("the order", () => {
  const names = (rows: Row[]) => rows.map(({ key }) => key);
  const some = [
    row("b/b", { events_stored: 5 }),
    row("A/a", { events_stored: 7 }),
    row("c/c", {}, null),
    row("a/b", { events_stored: 5 }),
  ];
  it("is by name among equals, and reversed by value", () => {
    expect(names(sorted(some, "stored", false))).toEqual(["c/c", "a/a", "a/b", "b/b"]);
    expect(names(sorted(some, "stored", true))).toEqual(["a/b", "b/b", "a/a", "c/c"]);
    expect(names(sorted(some, "name", false))).toEqual(["a/a", "a/b", "b/b", "c/c"]);
    expect(names(sorted(some, "name", true))).toEqual(["c/c", "b/b", "a/b", "a/a"]);
  });
  it("has unknown values at the end in both directions, whatever it is by", () => {
    const unknown = row("a/unknown", { last_event_at: null, next_poll_at: null }, null);
    const known = [
      row("z/one", { last_event_at: time(now - 100) }),
      row("z/two", { last_event_at: time(now - 900), next_poll_at: time(now + 900) }, { events: 200 }),
    ];
    for (const sort of ["recent", "silence", "next", "average", "window"] as Sort[])
      for (const reversed of [false, true])
        expect(names(sorted([unknown, ...known], sort, reversed)).at(-1), sort).toBe("a/unknown");
  });
  it("agrees with a plain comparison for every column", () => {
    const many = Array.from({ length: 300 }, (_, index) =>
      row(
        `o/r${index}`,
        { events_stored: (index * 7919) % 100, last_event_at: time(now - ((index * 104_729) % 5000)) },
        { events: 5 + ((index * 31) % 50) },
      ),
    );
    for (const sort of Object.keys(SORTS) as Sort[]) {
      const values = sorted(many, sort, false).map(SORTS[sort].value);
      for (let at = 1; at < values.length; at++)
        if (values[at] !== null)
          expect(SORTS[sort].down ? values[at - 1]! >= values[at]! : values[at - 1]! <= values[at]!, sort).toBe(true);
    }
  });
  it("does not change the rows that it is given", () => {
    const before = names(some);
    sorted(some, "name", false);
    expect(names(some)).toEqual(before);
  });
});

it("the filter finds a part of the name in any case, and the state", () => {
  const rows = [row("Acme/Rocket"), row("acme/anvil", { active: false }), row("other/rock", { status: "failing" })];
  const found = (...choice: [Parameters<typeof matching>[1], string]) =>
    matching(rows, ...choice).map(({ key }) => key);
  expect(found("all", " ROCK ")).toEqual(["acme/rocket", "other/rock"]);
  expect(found("inactive", "")).toEqual(["acme/anvil"]);
  expect(found("active", "acme/")).toEqual(["acme/rocket"]);
  expect(found("trouble", "")).toEqual(["other/rock"]);
});

it("the overview as CSV has a line for each repository, and what is not known is empty", () => {
  const lines = overviewCsv([row("acme/rocket"), row("=cmd/x", { active: false, last_event_at: null }, null)]).split(
    "\r\n",
  );
  expect(lines[0]).toMatch(/^repository,status,active,events_per_hour,/);
  expect(lines[1]).toBe(`acme/rocket,ok,true,6,600,${time(now - 600)},101,true,200,,${time(now + 60)},0`);
  expect(lines[2]).toBe("'=cmd/x,ok,false,,,,,,200,,,0");
});

describe("rows of repositories that change", () => {
  it("are the same as rows made anew, whatever has changed", () => {
    const models = Array.from({ length: 30 }, (_, index) => model(`o/r${index}`));
    const rows = new Rows();
    const firing = new Set<string>();
    const alerts = { of: (key: string) => (firing.has(key) ? [{}] : []) } as unknown as FiringAlerts;
    const changes: ((of: RepositoryModel, step: number) => void)[] = [
      (of, step) => (of.info.value = { ...of.info.value, status: step % 2 === 0 ? "failing" : "ok" }),
      (of, step) => (of.info.value = { ...of.info.value, active: step % 2 === 0, events_stored: step }),
      (of, step) => (of.info.value = { ...of.info.value, last_event_at: time(now + step) }),
      (of, step) => (of.statistics.value = model("o/r", {}, { events: step, complete: step % 3 > 0 }).statistics.value),
      (of) => (of.statistics.value = null),
      (of) => void (firing.delete(of.key) || firing.add(of.key)),
    ];
    for (let step = 0; step < 300; step++) {
      changes[step % changes.length]!(models[(step * 7) % models.length]!, step);
      const at = now + step * 400;
      expect(rows.of(models, alerts, at)).toEqual(models.map((each) => rowOf(each, alerts, at)));
    }
  });
});
