// Tests that one range rules the page of a repository: figures, timeline, table, heat map, accounts, events, downloads.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { after, afterEach, before, test } from "node:test";

import { downloaded, eventually, mustFit, Setup } from "./harness.mjs";

const NAME = "acme/phases";
const HOUR = 3_600;
const DAY = 24 * HOUR;
// Each has an actor and a type of its own: from days ago to days ago, events a day. Together more than are loaded at once.
const PHASES = [
  { actor: "grace", types: ["PushEvent"], from: 60, to: 0, aDay: 50 },
  { actor: "ada", types: ["ForkEvent", "IssuesEvent"], from: 100, to: 70, aDay: 24 },
];
// A whole hour, so that the cells of the heat map are the same at any minute in which the tests run.
const NOW = Math.floor(Date.now() / 1000 / HOUR) * HOUR;
const iso = (at) => new Date(at * 1000).toISOString().replace(/\.\d+/, "");
let setup;
before(async () => {
  setup = await Setup.open({
    sim: ["--synthetic", `${NAME}=1e-9`],
    beforeServe: async ({ folder, store, repopulse }) => {
      let id = 1_000_000;
      const lines = PHASES.flatMap(({ actor, types, from, to, aDay }) => Array.from({ length: (from - to) * aDay }, (_, index) => JSON.stringify({
        id: String(id++), type: types[index % types.length], actor: { id: 1, login: actor }, repo: { id: 1, name: NAME }, payload: {}, public: true,
        created_at: iso(NOW - 600 - to * DAY - Math.floor((index * DAY) / aDay)),
      })));
      const file = path.join(folder, "history.json");
      await writeFile(file, `${lines.join("\n")}\n`);
      await repopulse("import", "--store", store, "--repo", NAME, file);
    },
  });
});
after(() => setup?.close());
afterEach(() => setup?.closeTabs());

const OLD = { from: NOW - 90 * DAY, to: NOW - 80 * DAY };
const place = ({ from, to }, more = "") => `#/repos/${NAME}?range=${from}-${to}${more}`;
const region = (page, name) => page.getByRole("region", { name });
const rows = (page) => region(page, "Time between events").locator("tbody tr");
const heat = (page) => region(page, "Activity by hour of the week").locator("tbody td");
const statistics = ({ from, to }) => setup.api(`repos/${NAME}/events/stats/?since=${iso(from)}&until=${iso(to)}`);

test("everything on the page is about a range in the past, of which nothing was loaded before", async () => {
  const page = await setup.tab({ place: place(OLD), timezoneId: "UTC" });
  const { window, types } = await statistics(OLD);
  await region(page, "Timeline").getByRole("img", { name: new RegExp(`^${window.events} events from `) }).waitFor();
  await page.locator(".figure", { hasText: "Range" }).getByText(new RegExp(`^${window.events} events of `)).waitFor();
  await page.getByText("Pulse now, compared with the window").waitFor();
  await eventually(async () => assert.deepEqual((await rows(page).locator("th").allInnerTexts()).map((text) => text.trim()).sort(), ["Fork", "Issue"]));
  assert.equal(await rows(page).first().locator("td").first().innerText(), String(types[0].events));
  await rows(page).first().getByRole("img", { name: /intervals, most often/ }).waitFor();
  await eventually(async () => assert.deepEqual(await region(page, "Most active accounts").locator(".person").allInnerTexts(), ["ada"]));
  await region(page, "Most active accounts").getByText(/^1 account; \d+ \w+ 20\d\d to /).waitFor();
  assert.equal(await region(page, "Latest events").getByText("grace").count(), 0);
  await eventually(async () => assert.equal(await heat(page).filter({ hasText: /^0$/ }).count() + await heat(page).filter({ hasText: "not watched" }).count(), 0, "an event came in each hour"));
  for (const width of [1280, 375]) await mustFit(page, width);
});

test("downloads hold the events and statistics of the range, without the types that are hidden", async () => {
  const page = await setup.tab({ place: place(OLD, "&hide=ForkEvent") });
  await eventually(async () => assert.deepEqual((await rows(page).locator("th").allInnerTexts()).map((text) => text.trim()), ["Issue"]));
  await region(page, "Time between events").getByText(/; without 1 hidden type$/).waitFor();
  const get = async (name) => {
    await page.getByText("Download").click();
    return downloaded(page, () => page.getByRole("button", { name }).click());
  };
  const events = JSON.parse((await get("Events as JSON")).text);
  const { types } = await statistics(OLD);
  assert.equal(events.length, types.find(({ type }) => type === "IssuesEvent").events);
  for (const event of events) {
    const at = Date.parse(event.created_at) / 1000;
    assert.ok(event.type === "IssuesEvent" && at >= OLD.from && at <= OLD.to, JSON.stringify(event));
  }
  assert.deepEqual(JSON.parse((await get("Statistics as JSON")).text).types.map(({ type }) => type), ["IssuesEvent"]);
});

test("the heat map knows nothing of hours that were not watched", async () => {
  const page = await setup.tab({ place: place({ from: NOW - 100 * DAY - 5 * DAY, to: NOW - 100 * DAY + DAY }), timezoneId: "UTC" });
  await region(page, "Timeline").getByText("not watched", { exact: true }).waitFor();
  await eventually(async () => assert.equal(await heat(page).filter({ hasText: "not watched" }).count(), 6 * 24, "one day of seven was watched"));
  assert.equal(await heat(page).filter({ hasText: /^0$/ }).count(), 0);
});

test("a long range is counted by the server, and the panels say what they show of it", async () => {
  const page = await setup.tab({ place: `#/repos/${NAME}` });
  await region(page, "Most active accounts").getByText("1 account; the window").waitFor();
  await page.getByRole("button", { name: "All", exact: true }).click();
  const { events_stored: eventsStored } = await setup.api(`repos/${NAME}`);
  const all = eventsStored.toLocaleString("en-US");
  await region(page, "Timeline").getByRole("img", { name: new RegExp(`^${all} events from `) }).waitFor();
  await region(page, "Timeline").getByText(new RegExp(`of ${all} events of this range are loaded, back to `)).waitFor();
  await region(page, "Most active accounts").getByText(/^1 account; the newest [\d,]+ events of all events$/).waitFor();
  await page.getByText("The distributions appear when all events of the range are loaded.").waitFor();
  await eventually(async () => assert.equal(await rows(page).count(), 3));
  for (let step = 0; step < 3 && (await page.getByRole("button", { name: "Load older events" }).count()) > 0; step++) {
    await page.getByRole("button", { name: "Load older events" }).click();
    await page.getByText(/Loading events/).waitFor({ state: "detached" });
  }
  await region(page, "Most active accounts").getByText("2 accounts; all events").waitFor();
  await rows(page).first().getByRole("img", { name: /intervals, most often/ }).waitFor();
});

test("zooming changes every panel, and the address brings it back", async () => {
  const page = await setup.tab({ place: place({ from: NOW - 100 * DAY, to: NOW - 40 * DAY }) });
  await eventually(async () => assert.equal(await region(page, "Most active accounts").locator(".person").count(), 2));
  await page.getByRole("button", { name: "Earlier" }).click();
  await eventually(async () => assert.deepEqual(await region(page, "Most active accounts").locator(".person").allInnerTexts(), ["ada"]));
  await eventually(async () => assert.equal(await rows(page).count(), 2));
  await page.reload();
  await eventually(async () => assert.deepEqual(await region(page, "Most active accounts").locator(".person").allInnerTexts(), ["ada"]));
  await page.getByRole("button", { name: "Back to the window" }).click();
  await region(page, "Most active accounts").getByText("1 account; the window").waitFor();
  await region(page, "Latest events").getByText("grace").first().waitFor();
});

test("the browser reported no errors", () => assert.deepEqual(setup.complaints, []));
