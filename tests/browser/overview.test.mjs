import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { card, eventually, Stage } from "./harness.mjs";

const kRepos = ["acme/anvil", "acme/quiet", "acme/rocket"];
let stage;
before(async () => {
  stage = await Stage.open({ sim: ["--seed", "7", "--synthetic", "acme/rocket=60", "--synthetic", "acme/anvil=6", "--synthetic", "acme/quiet=0.5"], repos: kRepos });
});
after(() => stage?.close());
afterEach(() => stage?.close_tabs());

const names = (page) => page.locator("[data-repository]").evaluateAll((cards) => cards.map((each) => each.dataset.repository));

test("a card shows pulse, averages by type, the last event against the usual, status, window and next poll", async () => {
  const page = await stage.tab();
  const rocket = card(page, "acme/rocket");
  await rocket.getByText("Active", { exact: true }).waitFor();
  await rocket.getByRole("img", { name: /events in .*, at most \d+ in/ }).waitFor();
  await rocket.getByRole("img", { name: /since the last event, usually .*: / }).waitFor();
  await rocket.getByText(/since the last event/).waitFor();
  await rocket.getByText(/^\d+ events in /).waitFor();
  await rocket.getByText(/next poll/).waitFor();
  const { types } = await stage.api("repos/acme/rocket/events/stats/");
  const most = types.reduce((a, b) => (a.events > b.events ? a : b));
  const shown = rocket.getByRole("list", { name: "Average gap by type" }).getByRole("listitem").first();
  await eventually(async () => {
    const words = await shown.innerText();
    const [, count, unit] = /([\d.]+)\s(s|min|h|d)/.exec(words) ?? assert.fail(`no duration in “${words}”`);
    const seconds = Number(count) * { s: 1, min: 60, h: 3600, d: 86400 }[unit];
    assert.ok(Math.abs(seconds - most.average_seconds) <= 0.1 * most.average_seconds, `“${words}” for ${most.type} with ${most.average_seconds} s`);
  });
  await page.getByRole("heading", { name: "Latest activity" }).waitFor();
});

test("cards are sorted as chosen, and the choice is in the address", async () => {
  const page = await stage.tab();
  await eventually(async () => assert.deepEqual(await names(page), ["acme/rocket", "acme/anvil", "acme/quiet"]));
  await page.getByLabel("Sort").selectOption({ label: "Name" });
  await eventually(async () => assert.deepEqual(await names(page), kRepos));
  assert.match(page.url(), /sort=name/);
  for (const label of ["Latest event", "Quietest against usual", "Next poll"]) {
    await page.getByLabel("Sort").selectOption({ label });
    await eventually(async () => assert.deepEqual((await names(page)).sort(), kRepos));
  }
});

test("cards are filtered by name, with / to begin, and by state", async () => {
  const page = await stage.tab();
  await card(page, "acme/quiet").waitFor();
  await page.keyboard.press("/");
  await page.keyboard.type("ROCK");
  await eventually(async () => assert.deepEqual(await names(page), ["acme/rocket"]));
  await page.getByLabel("Filter by name").fill("nothing of that name");
  await page.getByRole("button", { name: "Show all" }).click();
  await eventually(async () => assert.equal((await names(page)).length, 3));
  await page.getByRole("button", { name: /^Inactive/ }).click();
  await page.getByText("No repository matches.").waitFor();
  await page.getByRole("button", { name: /^Active/ }).click();
  await eventually(async () => assert.equal((await names(page)).length, 3));
});

test("an event at GitHub appears in every open page without a reload", async () => {
  const [overview, repository, poller] = await Promise.all([stage.tab(), stage.tab({ place: "#/repos/acme/anvil" }), stage.tab({ place: "#/poller" })]);
  for (const page of [overview, repository, poller]) {
    await page.getByText("Live", { exact: true }).waitFor();
    await page.evaluate(() => (window.first_load = true));
  }
  await stage.simulate("POST", "repos/acme/anvil/events", { type: "WatchEvent", actor: "brand-new-fan" });
  // All at once, since the poller's page keeps twenty polls, which are seconds here.
  await Promise.all([
    overview.getByRole("region", { name: "Latest activity" }).getByText("brand-new-fan").waitFor(),
    repository.getByRole("region", { name: "Latest events" }).getByText("brand-new-fan").waitFor(),
    poller.getByRole("region", { name: "Polls as they happen" }).getByText(/\d new events?\b/).first().waitFor(),
  ]);
  await card(overview, "acme/anvil").getByText(/^\d+ s since the last event|^now/).first().waitFor();
  // Its own activity goes on meanwhile: what is shown is compared with what is true by then.
  await eventually(async () => {
    const { events_stored } = await stage.api("repos/acme/anvil");
    assert.ok(await repository.getByText(events_stored.toLocaleString("en-US"), { exact: true }).first().isVisible(), `${events_stored} are shown`);
  });
  for (const page of [overview, repository, poller]) assert.equal(await page.evaluate(() => window.first_load), true);
});

test("a server that goes away is said so, and its return is noticed", async () => {
  const page = await stage.tab({ allow: [/ERR_CONNECTION|ERR_INCOMPLETE|ERR_EMPTY|ERR_NETWORK/] });
  await page.getByText("Live", { exact: true }).waitFor();
  const port = new URL(stage.url).port;
  await stage.server.stop();
  await page.getByText("repopulse cannot be reached.").waitFor();
  assert.equal((await names(page)).length, 3, "what was known is still shown");
  await stage.start_server({ serve: ["--listen", `127.0.0.1:${port}`], repos: kRepos });
  await page.getByText("Live", { exact: true }).waitFor();
  await page.getByText("repopulse cannot be reached.").waitFor({ state: "detached" });
});

test("the browser had nothing to complain about", () => assert.deepEqual(stage.complaints, []));
