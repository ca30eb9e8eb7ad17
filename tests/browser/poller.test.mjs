import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { eventually, Stage } from "./harness.mjs";

const kRepos = ["acme/anvil", "acme/rocket"];
let stage;
before(async () => {
  stage = await Stage.open({ sim: ["--seed", "7", "--synthetic", "acme/rocket=60", "--synthetic", "acme/anvil=6", "--synthetic", "acme/late=6"], repos: kRepos });
});
after(() => stage?.close());
afterEach(() => stage?.close_tabs());

const region = (page, name) => page.getByRole("region", { name });
const figure = (page, label) => page.locator(".figure", { has: page.getByText(label, { exact: true }) });
const number = async (locator) => Number((await locator.locator(".figure-value").innerText()).replace(/\D/g, ""));

test("the page shows requests, 304s, quota and reserve, next polls, staleness and savings, and they go on", async () => {
  await stage.simulate("POST", "repos/acme/rocket/events", { type: "WatchEvent", actor: "fan" });
  const page = await stage.tab({ place: "#/poller" });
  await page.getByText("The poller works as it should.").waitFor();
  await eventually(async () => assert.ok((await number(figure(page, "Requests"))) >= 4));
  const before = await number(figure(page, "Unchanged (304)"));
  await eventually(async () => assert.ok((await number(figure(page, "Unchanged (304)"))) > before, "304s are counted live"));
  await eventually(async () => assert.match(await figure(page, "Staleness, mean").innerText(), /\d (s|min)/));
  await figure(page, "Staleness, 95 %").getByText("of events came sooner").waitFor();
  await region(page, "GitHub's quota").getByText("of 5,000 left").waitFor();
  await region(page, "GitHub's quota").getByText("500 are kept in reserve").waitFor();
  await region(page, "Saved against asking every minute").getByText(/watched for a minute|since each was added/).waitFor();
  for (const name of kRepos) {
    await region(page, "Next polls").getByRole("link", { name }).waitFor();
    await region(page, "Cost by repository").getByRole("link", { name }).waitFor();
  }
  await region(page, "Polls as they happen").getByText("unchanged (304)").first().waitFor();
  const { requests, rate_limit } = await stage.api("poller");
  assert.ok(rate_limit.remaining < 5000 && requests > 0);
});

test("a back-off shows as one, on this page and on the repository's card, and ends", async () => {
  const page = await stage.tab({ place: "#/poller" });
  await page.getByText("The poller works as it should.").waitFor();
  await stage.simulate("POST", "faults", { rate: 1, kinds: ["server_error"] });
  await eventually(async () => assert.ok((await number(figure(page, "Backing off"))) > 0));
  await page.getByText("Waiting after failures").waitFor();
  await region(page, "Polls as they happen").getByText("server error").first().waitFor();
  const overview = await stage.tab();
  await overview.getByText("Failing", { exact: true }).first().waitFor();
  await stage.simulate("POST", "faults", { rate: 0, kinds: [] });
});

test("a quota that is used up is said on every page", async () => {
  await stage.simulate("POST", "remaining", { remaining: 0 });
  await stage.api("repos/", { method: "POST", body: { full_name: "acme/late", active: true } });  // the others may still be waiting
  const page = await stage.tab();
  await page.getByText(/Polls wait until GitHub allows more\. .+\./).waitFor();
  await page.getByRole("link", { name: "See the poller" }).click();
  await page.getByRole("heading", { name: "Poller", level: 1 }).waitFor();
});

test("the browser had nothing to complain about", () => assert.deepEqual(stage.complaints, []));
