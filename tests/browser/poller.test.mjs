// Tests the page about the poller: figures, back-off, used-up quota.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { eventually, Setup } from "./harness.mjs";

const kRepos = ["acme/anvil", "acme/rocket"];
let setup;
before(async () => {
  setup = await Setup.open({ sim: ["--seed", "7", "--synthetic", "acme/rocket=60", "--synthetic", "acme/anvil=6", "--synthetic", "acme/late=6"], repos: kRepos });
});
after(() => setup?.close());
afterEach(() => setup?.close_tabs());

const region = (page, name) => page.getByRole("region", { name });
const figure = (page, label) => page.locator(".figure", { has: page.getByText(label, { exact: true }) });
const number = async (locator) => Number((await locator.locator(".figure-value").innerText()).replace(/\D/g, ""));

test("the page shows requests, 304s, quota and reserve, next polls, staleness and savings, and keeps them up to date", async () => {
  await setup.simulate("POST", "repos/acme/rocket/events", { type: "WatchEvent", actor: "fan" });
  const page = await setup.tab({ place: "#/poller" });
  await page.getByText("The poller works normally.").waitFor();
  await eventually(async () => assert.ok((await number(figure(page, "Requests"))) >= 4));
  const before = await number(figure(page, "Unchanged (304)"));
  await eventually(async () => assert.ok((await number(figure(page, "Unchanged (304)"))) > before, "304s are counted live"));
  await eventually(async () => assert.match(await figure(page, "Staleness, mean").innerText(), /\d (s|min)/));
  await eventually(async () => assert.match(await figure(page, "Staleness, 95th percentile").innerText(), /\d (s|min)\s+delay of new events/));
  await region(page, "GitHub's quota").getByText("of 5,000 left").waitFor();
  await region(page, "GitHub's quota").getByText("500 are reserved for other programs").waitFor();
  await region(page, "Compared with polling every minute").getByText(/polled for one minute|since it was added/).waitFor();
  for (const name of kRepos) {
    await region(page, "Next polls").getByRole("link", { name }).waitFor();
    await region(page, "Cost by repository").getByRole("link", { name }).waitFor();
  }
  await region(page, "Recent polls").getByText("unchanged (304)").first().waitFor();
  const { requests, rate_limit } = await setup.api("poller");
  assert.ok(rate_limit.remaining < 5000 && requests > 0);
});

test("the page shows what change probes do and what they cost of the GraphQL quota", async () => {
  const page = await setup.tab({ place: "#/poller" });
  await region(page, "Change probes").getByText("No probe is planned: it would save no requests now.").waitFor();
  const poller = await setup.api("poller");
  const probe = {
    ...poller.probe, repositories: 12, informed: 11, requests: 930, failures: 2, points_spent: 1860, trouble: "GitHub answered 502",
    next_at: new Date(Date.now() + 600_000).toISOString(),
    rate_limit: { limit: 5000, remaining: 4978, reserve: 500, reset_at: null, blocked_until: null },
  };
  const other = await setup.tab({ place: null });
  await other.route("**/api/poller", (route) => route.fulfill({ json: { ...poller, probe } }));
  await other.goto(`${setup.url}/#/poller`);
  const panel = region(other, "Change probes");
  for (const text of ["One request tells whether 12 repositories have news. 11 repositories are read when it does", "930 probes sent, 2 failed. They cost 1,860 points",
    "GitHub answered 502.", "of 5,000 points left", "500 are reserved"])
    await panel.getByText(text).waitFor();
  await panel.getByRole("img", { name: "4,978 of 5,000 points left, 500 of them reserved" }).waitFor();
});

test("a back-off shows on this page and on the repository's card", async () => {
  const page = await setup.tab({ place: "#/poller" });
  await page.getByText("The poller works normally.").waitFor();
  await setup.simulate("POST", "faults", { rate: 1, kinds: ["server_error"] });
  await eventually(async () => assert.ok((await number(figure(page, "Feeds backing off"))) > 0));
  await page.getByText("Waiting after failures").waitFor();
  await region(page, "Recent polls").getByText("server error").first().waitFor();
  const overview = await setup.tab();
  await overview.getByText("Failing", { exact: true }).first().waitFor();
  await setup.simulate("POST", "faults", { rate: 0, kinds: [] });
});

test("every page says that the quota is used up", async () => {
  await setup.simulate("POST", "remaining", { remaining: 0 });
  await setup.api("repos/", { method: "POST", body: { full_name: "acme/late", active: true } });  // the others may still be waiting
  const page = await setup.tab();
  await page.getByText(/Polling waits until GitHub allows more requests\. .+\./).waitFor();
  await page.getByRole("link", { name: "Open the poller page" }).click();
  await page.getByRole("heading", { name: "Poller", level: 1 }).waitFor();
});

test("the browser reported no errors", () => assert.deepEqual(setup.complaints, []));
