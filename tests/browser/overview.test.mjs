// Tests the first page: cards, sorting, filters, live events, a server that cannot be reached.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { card, eventually, Setup } from "./harness.mjs";

const REPOS = ["acme/anvil", "acme/quiet", "acme/rocket"];
let setup;
before(async () => {
  setup = await Setup.open({ sim: ["--seed", "7", "--synthetic", "acme/rocket=60", "--synthetic", "acme/anvil=6", "--synthetic", "acme/quiet=0.5"], repos: REPOS });
});
after(() => setup?.close());
afterEach(() => setup?.closeTabs());

const names = (page) => page.locator("[data-repository]").evaluateAll((cards) => cards.map((each) => each.dataset.repository));

test("a card shows activity, averages by type, the last event compared with the usual, status, window and next poll", async () => {
  const page = await setup.tab();
  const rocket = card(page, "acme/rocket");
  await rocket.getByText("Active", { exact: true }).waitFor();
  await rocket.getByRole("img", { name: /events in .*, at most \d+ in/ }).waitFor();
  await rocket.getByRole("img", { name: /since the last event, usually .*: / }).waitFor();
  await rocket.getByText(/since the last event/).waitFor();
  await rocket.getByText(/^\d+ events in /).waitFor();
  await rocket.getByText(/next poll/).waitFor();
  const { types } = await setup.api("repos/acme/rocket/events/stats/");
  const most = types.reduce((a, b) => (a.events > b.events ? a : b));
  const shown = rocket.getByRole("list", { name: "Average time between events, by type" }).getByRole("listitem").first();
  await eventually(async () => {
    const words = await shown.innerText();
    const parts = [...words.matchAll(/(\d+)\s(s|min|h|d)\b/g)].map(([, count, unit]) => ({ count: Number(count), size: { s: 1, min: 60, h: 3600, d: 86400 }[unit] }));
    assert.ok(parts.length > 0, `no duration in “${words}”`);
    const seconds = parts.reduce((sum, { count, size }) => sum + count * size, 0);
    const cutOff = parts.at(-1).size;  // what the text leaves out
    assert.ok(Math.abs(seconds - most.average_seconds) <= cutOff + 0.1 * most.average_seconds, `“${words}” for ${most.type} with ${most.average_seconds} s`);
  });
  await page.getByRole("heading", { name: "Latest activity" }).waitFor();
});

test("cards are sorted as chosen, and the address holds the choice", async () => {
  const page = await setup.tab();
  await eventually(async () => assert.deepEqual(await names(page), ["acme/rocket", "acme/anvil", "acme/quiet"]));
  await page.getByLabel("Sort").selectOption({ label: "Name" });
  await eventually(async () => assert.deepEqual(await names(page), REPOS));
  assert.match(page.url(), /sort=name/);
  for (const label of ["Latest event", "Unusually quiet first", "Next poll"]) {
    await page.getByLabel("Sort").selectOption({ label });
    await eventually(async () => assert.deepEqual((await names(page)).sort(), REPOS));
  }
});

test("cards are filtered by name, with the key /, and by state", async () => {
  const page = await setup.tab();
  await card(page, "acme/quiet").waitFor();
  await page.keyboard.press("/");
  await page.keyboard.type("ROCK");
  await eventually(async () => assert.deepEqual(await names(page), ["acme/rocket"]));
  await page.getByLabel("Filter by name").fill("nothing of that name");
  await page.getByRole("button", { name: "Show all" }).click();
  await eventually(async () => assert.equal((await names(page)).length, 3));
  await page.getByRole("button", { name: /^Inactive/ }).click();
  await page.getByText("No repository matches the filter.").waitFor();
  await page.getByRole("button", { name: /^Active/ }).click();
  await eventually(async () => assert.equal((await names(page)).length, 3));
});

test("an event on GitHub appears on every open page without a reload", async () => {
  const [overview, repository, poller] = await Promise.all([setup.tab(), setup.tab({ place: "#/repos/acme/anvil" }), setup.tab({ place: "#/poller" })]);
  for (const page of [overview, repository, poller]) {
    await page.getByText("Live", { exact: true }).waitFor();
    await page.evaluate(() => (window.firstLoad = true));
  }
  await setup.simulate("POST", "repos/acme/anvil/events", { type: "WatchEvent", actor: "brand-new-fan" });
  // All at once: the poller page shows twenty polls, which come within seconds here.
  await Promise.all([
    overview.getByRole("region", { name: "Latest activity" }).getByText("brand-new-fan").waitFor(),
    repository.getByRole("region", { name: "Latest events" }).getByText("brand-new-fan").waitFor(),
    poller.getByRole("region", { name: "Recent polls" }).getByText(/\d new events?\b/).first().waitFor(),
  ]);
  await card(overview, "acme/anvil").getByText(/^\d+ s since the last event|^now/).first().waitFor();
  // More events come meanwhile: compare with what the server says now.
  await eventually(async () => {
    const { events_stored: eventsStored } = await setup.api("repos/acme/anvil");
    assert.ok(await repository.getByText(eventsStored.toLocaleString("en-US"), { exact: true }).first().isVisible(), `${eventsStored} are shown`);
  });
  for (const page of [overview, repository, poller]) assert.equal(await page.evaluate(() => window.firstLoad), true);
});

test("the page says when the server cannot be reached, and notices when it is back", async () => {
  const page = await setup.tab({ allow: [/ERR_CONNECTION|ERR_INCOMPLETE|ERR_EMPTY|ERR_NETWORK/] });
  await page.getByText("Live", { exact: true }).waitFor();
  const port = new URL(setup.url).port;
  await setup.server.stop();
  await page.getByText("The server cannot be reached.").waitFor();
  assert.equal((await names(page)).length, 3, "the last known data stay visible");
  await card(page, "acme/rocket").getByRole("img", { name: /not known while the server is away$/ }).waitFor();
  await card(page, "acme/rocket").getByText(/since the last known event/).waitFor();
  const colour = await card(page, "acme/rocket").locator(".pulse-meter .level").evaluate((bar) => getComputedStyle(bar).fill);
  const channels = colour.match(/\d+/g).slice(0, 3).map(Number);
  assert.ok(Math.max(...channels) - Math.min(...channels) < 40, `the bar is grey, not ${colour}`);
  await setup.startServer({ serve: ["--listen", `127.0.0.1:${port}`], repos: REPOS });
  await page.getByText("Live", { exact: true }).waitFor();
  await page.getByText("The server cannot be reached.").waitFor({ state: "detached" });
});

test("the browser reported no errors", () => assert.deepEqual(setup.complaints, []));
