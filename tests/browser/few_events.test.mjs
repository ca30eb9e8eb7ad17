// Tests that figures from few events are marked, and that rates are over the time watched.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { card, eventually, mustFit, Setup } from "./harness.mjs";

const HOUR = 3_600_000;
const hoursAgo = (hours) => new Date(Date.now() - hours * HOUR).toISOString().replace(/\.\d+/, "");
const events = (type, ...hours) => hours.map((each) => ({ type, actor: "dev", created_at: hoursAgo(each) }));
const HISTORIES = {
  // Three pushes within two hours, and nothing else in the window: the average interval alone says "once an hour".
  "acme/rare": events("PushEvent", 30, 31, 32),
  "acme/mixed": [...events("PushEvent", ...Array.from({ length: 20 }, (_, index) => 2 + index)), ...events("ForkEvent", 5, 9), ...events("WatchEvent", 6)],
};
let setup;
before(async () => {
  setup = await Setup.open({ sim: Object.keys(HISTORIES).flatMap((name) => ["--synthetic", `${name}=1e-9`]) });
  for (const [name, history] of Object.entries(HISTORIES)) {
    await setup.simulate("POST", `repos/${name}/events`, history);
    await setup.api("repos/", { method: "POST", body: { full_name: name, active: true } });
    await eventually(async () => assert.equal((await setup.api(`repos/${name}/events/stats/`)).window.events, history.length));
  }
});
after(() => setup?.close());
afterEach(() => setup?.closeTabs());

// What the server says, with the rates over the 168 hours of a week that was watched whole.
async function tabWithRates(options) {
  const page = await setup.tab({ ...options, place: null });
  const withRates = (statistics) => ({
    ...statistics, types: statistics.types.map((row) => ({ ...row, few_events: row.events < 5, events_per_watched_hour: row.events / 168 })),
  });
  await page.route(/\/api\/stats\/(\?|$)/, async (route) => route.fulfill({ json: (await (await route.fetch()).json()).map(withRates) }));
  await page.route("**/events/stats/", async (route) => route.fulfill({ json: withRates(await (await route.fetch()).json()) }));
  await page.goto(`${setup.url}/${options.place}`);
  return page;
}

test("a card marks averages of few events and does not say what is usual", async () => {
  const page = await tabWithRates({ place: "#/" });
  const averages = (name) => card(page, name).getByRole("list", { name: "Average time between events, by type" });
  await averages("acme/mixed").getByRole("listitem").filter({ hasText: "Fork" }).getByText(/^4 h\s*\*\s*from only 2 events$/).waitFor();
  await averages("acme/mixed").getByRole("listitem").filter({ hasText: "Push" }).getByText(/^1 h$/).waitFor();
  await card(page, "acme/mixed").getByText("* from fewer than five events").waitFor();
  await card(page, "acme/rare").getByText("too few events to say what is usual").waitFor();
  assert.equal(await card(page, "acme/rare").locator(".pulse-meter").count(), 0, "no bar compares with what is usual");
});

test("rates are over the time watched, on cards, in the total, on the page and in its table", async () => {
  const page = await tabWithRates({ place: "#/" });
  await card(page, "acme/rare").getByText(/0\.02 per hour\s*\*\s*from only 3 events/).waitFor();
  await card(page, "acme/mixed").getByText(/· 0\.14 per hour/).waitFor();
  await page.getByText(/0\.15 events per hour/).waitFor();
  const names = await page.locator("[data-repository]").evaluateAll((cards) => cards.map((each) => each.dataset.repository));
  assert.deepEqual(names, ["acme/mixed", "acme/rare"], "the busiest first");

  const details = await tabWithRates({ place: "#/repos/acme/mixed" });
  await details.locator(".figure", { hasText: "Events per hour" }).getByText("0.14").waitFor();
  await details.getByText("over the time watched", { exact: true }).waitFor();
  const rows = details.getByRole("region", { name: "Time between events" }).locator("tbody tr");
  const fork = rows.filter({ hasText: "Fork" });
  await fork.getByText(/^0\.01\s*\*\s*from only 2 events$/).waitFor();
  assert.equal(await fork.locator(".few").count(), 6, "each figure is marked");
  assert.equal(await rows.filter({ hasText: "Push" }).locator(".few").count(), 0);
  for (const width of [1280, 375]) await mustFit(details, width);
  await details.getByRole("button", { name: "Per hour" }).click();
  await eventually(async () => assert.match(await rows.first().innerText(), /Push/));
});

test("a server that does not tell these rates is shown with the rates that it tells", async () => {
  const page = await setup.tab({ place: null });
  const without = (statistics) => ({ ...statistics, types: statistics.types.map(({ few_events: fewEvents, events_per_watched_hour: eventsPerWatchedHour, ...row }) => row) });
  await page.route(/\/api\/stats\/(\?|$)/, async (route) => route.fulfill({ json: (await (await route.fetch()).json()).map(without) }));
  await page.route("**/events/stats/", async (route) => route.fulfill({ json: without(await (await route.fetch()).json()) }));
  await page.goto(`${setup.url}/#/repos/acme/rare`);
  await page.getByRole("region", { name: "Time between events" }).locator("tbody tr").getByText(/^1\.00\s*\*\s*from only 3 events$/).waitFor();
});

test("the browser reported no errors", () => assert.deepEqual(setup.complaints, []));
