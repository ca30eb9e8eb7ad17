// Tests the page about the poller: figures, comparison, shares, probes, back-off, used-up quota.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { barriers, eventually, mustFit, Setup } from "./harness.mjs";

const REPOS = ["acme/anvil", "acme/rocket"];
let setup;
before(async () => {
  setup = await Setup.open({ sim: ["--seed", "7", "--synthetic", "acme/rocket=60", "--synthetic", "acme/anvil=6", "--synthetic", "acme/late=6"], repos: REPOS });
});
after(() => setup?.close());
afterEach(() => setup?.closeTabs());

const region = (page, name) => page.getByRole("region", { name });
const figure = (page, label) => page.locator(".figure", { has: page.getByText(label, { exact: true }) });
const number = async (locator) => Number((await locator.locator(".figure-value").innerText()).replace(/\D/g, ""));

// The page with an answer of `GET /api/poller` that `change` has changed.
async function pageWith(change, options = {}) {
  const poller = change(await setup.api("poller"));
  const page = await setup.tab({ ...options, place: null });
  await page.route("**/api/poller", (route) => route.fulfill({ json: poller }));
  await page.goto(`${setup.url}/#/poller`);
  await page.getByRole("heading", { name: "Next polls" }).waitFor();
  return page;
}

const share = (more) => ({ own: 0, shared: 0, probes: 0, quota_spent: 0, points_spent: 0, events: 0, ...more });
const spending = (more) => ({ requests: 0, not_modified: 0, failures: 0, quota_spent: 0, points_spent: 0, events: 0, ...more });

// A day with all there is.
const SPENT = {
  since: "2026-01-01T00:00:00Z", until: "2026-01-01T23:10:00Z",
  ...spending({ requests: 340, not_modified: 120, quota_spent: 184, points_spent: 36, events: 402 }),
  staleness: { mean_seconds: 208.5, p95_seconds: 610, events: 402 },
  sources: [
    { source: "orgs/acme", ...spending({ requests: 80, not_modified: 30, quota_spent: 50, events: 120 }), told: 0 },
    { source: "own", ...spending({ requests: 224, not_modified: 90, quota_spent: 134, events: 282 }), told: 0 },
    { source: "probes", ...spending({ requests: 36, points_spent: 36 }), told: 21 },
  ],
  repositories: [
    { repository: "acme/anvil", ...share({ own: 20, shared: 19.6, probes: 18, quota_spent: 21.5, points_spent: 18, events: 32 }) },
    { repository: "acme/rocket", ...share({ own: 200, shared: 60.4, probes: 18, quota_spent: 160.5, points_spent: 18, events: 370 }) },
  ],
  others: share({ own: 4, quota_spent: 2 }),
  alternatives: [
    { policy: "fixed", interval_seconds: 417, requests: 680, quota_spent: 201.4, staleness_mean_seconds: 208.5 },
    { policy: "fixed", interval_seconds: 60, requests: 4182.1, quota_spent: 310.9, staleness_mean_seconds: 30 },
    { policy: "mean", interval_seconds: null, requests: 420, quota_spent: 190, staleness_mean_seconds: 1140.2 },
  ],
};

const cells = async (row) => (await row.getByRole("cell").allInnerTexts()).map((text) => text.trim());
const row = (page, name) => page.getByRole("row", { name });

test("the page shows requests, 304s, quota and reserve, next polls and staleness, and keeps them up to date", async () => {
  // What the first poll finds, on whichever of its pages, is history and has no staleness.
  await eventually(async () => assert.equal((await setup.api("repos/acme/rocket")).status, "ok"));
  await setup.simulate("POST", "repos/acme/rocket/events", { type: "WatchEvent", actor: "fan" });
  const page = await setup.tab({ place: "#/poller" });
  await page.getByText("The poller works normally.").waitFor();
  await page.getByText(/^By this server, in the last .+:$/).waitFor();
  await eventually(async () => assert.ok((await number(figure(page, "Requests"))) >= 4));
  const before = await number(figure(page, "Unchanged (304)"));
  await eventually(async () => assert.ok((await number(figure(page, "Unchanged (304)"))) > before, "304s are counted live"));
  await eventually(async () => assert.match(await figure(page, "Staleness, mean").innerText(), /\d (s|min)\s+target/));
  await eventually(async () => assert.match(await figure(page, "Staleness, 95th percentile").innerText(), /\d (s|min)\s+delay of new events/));
  await region(page, "GitHub's quotas").getByText(/of 5,000 left, all again in \d+ (min|s)/).waitFor();
  await region(page, "GitHub's quotas").getByText("500 are reserved for other programs").waitFor();
  for (const name of REPOS) {
    await region(page, "Next polls").getByRole("link", { name }).waitFor();
    await region(page, "Cost by repository").getByRole("link", { name }).waitFor();
  }
  await region(page, "Recent polls").getByText("unchanged (304)").first().waitFor();
  const { requests, rate_limit: rateLimit } = await setup.api("poller");
  assert.ok(rateLimit.remaining < 5000 && requests > 0);
});

test("the server's own figures add up, and the page shows its alternatives", async () => {
  const { spent } = await setup.api("poller");
  const sum = (rows, members) => rows.reduce((total, one) => total + members.reduce((part, member) => part + one[member], 0), 0);
  assert.ok(spent.requests > 0);
  assert.equal(sum(spent.sources, ["requests"]), spent.requests);
  assert.ok(Math.abs(sum([...spent.repositories, spent.others], ["own", "shared", "probes"]) - spent.requests) < 1e-6);
  assert.ok(Math.abs(sum([...spent.repositories, spent.others], ["quota_spent"]) - spent.quota_spent) < 1e-6);
  const page = await setup.tab({ place: "#/poller" });
  for (const name of [/^repopulse \(/, /^every minute/, /^mean the baseline/])
    await region(page, "Compared with other ways to poll").getByRole("row", { name }).waitFor();
});

test("each way to poll is shown with its requests, its quota and its freshness", async () => {
  const page = await pageWith((poller) => ({ ...poller, policy: "adaptive", spent: SPENT }));
  const panel = region(page, "Compared with other ways to poll");
  await panel.getByText("in the last 23 h 10 min").waitFor();
  await panel.getByText("fewer requests than at a fixed interval that is as fresh; quota: 9 % less").waitFor();
  assert.match(await panel.locator(".big-figure").innerText(), /^50 %/);
  assert.deepEqual(await cells(row(panel, /^repopulse \(adaptive\) and 36 GraphQL points/)), ["340", "", "184", "3 min"]);
  assert.deepEqual(await cells(row(panel, /^every 6 min as fresh/)), ["680", "", "201", "3 min"]);
  assert.deepEqual(await cells(row(panel, /^every minute/)), ["4,182", "", "311", "30 s"]);
  assert.deepEqual(await cells(row(panel, /^mean the baseline/)), ["420", "", "190", "19 min"]);
  await panel.getByText("in truth the alternatives would cost more and be less fresh").waitFor();
});

test("what cannot be compared is not", async () => {
  const quiet = { ...SPENT, staleness: { mean_seconds: null, p95_seconds: null, events: 0 }, alternatives: SPENT.alternatives.slice(1) };
  const page = await pageWith((poller) => ({ ...poller, spent: quiet }));
  await page.getByText("No new event has come yet, so there is no freshness to compare with.").waitFor();
  const fast = await pageWith((poller) => ({ ...poller, spent: { ...quiet, staleness: { mean_seconds: 12, p95_seconds: 20, events: 9 } } }));
  await fast.getByText("No fixed interval is as fresh").waitFor();
  const early = await pageWith((poller) => ({ ...poller, spent: { ...quiet, alternatives: [] } }));
  await early.getByText("Shown after the first repository has been read.").waitFor();
});

test("requests are shown by source and by repository, with shares that add up", async () => {
  const page = await pageWith((poller) => ({ ...poller, spent: SPENT }));
  const sources = region(page, "What was asked");
  assert.deepEqual(await cells(row(sources, /^orgs\/acme/)), ["80", "30", "0", "50", "0", "120"]);
  assert.deepEqual(await cells(row(sources, /^Change probes/)), ["36", "0", "0", "0", "36", "0"]);
  assert.deepEqual(await cells(row(sources, /^All/)), ["340", "120", "0", "184", "36", "402"]);
  const costs = region(page, "Cost by repository");
  assert.deepEqual(await cells(row(costs, /^acme\/rocket/)), ["278.4", "200", "60.4", "18", "160.5", "370"]);
  assert.deepEqual(await cells(row(costs, /^acme\/anvil/)), ["57.6", "20", "19.6", "18", "21.5", "32"]);
  assert.deepEqual(await cells(row(costs, /^Others/)), ["4", "4", "0", "0", "2", "0"]);
  assert.deepEqual(await cells(row(costs, /^All/)), ["340", "224", "80", "36", "184", "402"]);
  assert.match((await costs.getByRole("row").allInnerTexts())[1], /^acme\/rocket/, "the dearest comes first");
});

test("the page shows what change probes do, whether they are believed, and what they cost of the GraphQL quota", async () => {
  const page = await setup.tab({ place: "#/poller" });
  await region(page, "Change probes").getByText("No probe is planned: it would save no requests now.").waitFor();
  const probe = {
    repositories: 12, informed: 11, requests: 930, failures: 2, points_spent: 1860, trouble: "GitHub answered 502", belief: "believed",
    next_at: new Date(Date.now() + 600_000).toISOString(),
    rate_limit: { limit: 5000, remaining: 4978, reserve: 500, reset_at: new Date(Date.now() + 1_500_000).toISOString(), blocked_until: null },
  };
  const withProbe = (more) => pageWith((poller) => ({ ...poller, spent: SPENT, probe: { ...poller.probe, ...probe, ...more } }));
  const other = await withProbe({});
  for (const text of ["One request tells whether 12 repositories have news. 11 repositories are read when it does",
    "36 probes sent lately: 36 GraphQL points, news of a repository 21 times, 0 failed.",
    "Since the first start: 930 probes, 2 failed, 1,860 GraphQL points.", "Probes are believed", "GitHub answered 502."])
    await region(other, "Change probes").getByText(text).waitFor();
  await region(other, "GitHub's quotas").getByText(/of 5,000 GraphQL points left, all again in 2[45] min/).waitFor();
  await region(other, "GitHub's quotas").getByRole("img", { name: "4,978 of 5,000 GraphQL points left, 500 of them reserved" }).waitFor();
  await region(await withProbe({ belief: "unproven" }), "Change probes").getByText("Probes are not believed yet").waitFor();
  await region(await withProbe({ belief: "distrusted" }), "Change probes").getByText("Probes are not believed at present").waitFor();
});

// Names come from GitHub and from settings; a trouble's words come from whoever answered.
const HOSTILE = `<img src=x onerror="window.__ran = 1">${"long".repeat(40)}\u202Egnp`;

test("hostile and long text runs nothing and breaks no layout, and axe finds nothing serious", async () => {
  for (const theme of ["light", "dark"]) {
    const page = await pageWith(
      (poller) => ({
        ...poller, policy: HOSTILE, detail: HOSTILE,
        feeds: [...poller.feeds, { ...poller.feeds[0], feed: HOSTILE, repository: HOSTILE, served_by: HOSTILE }, { ...poller.feeds[0], feed: "__proto__", repository: null }],
        probe: { ...poller.probe, requests: 1, trouble: HOSTILE, belief: HOSTILE },
        spent: {
          ...SPENT,
          sources: [...SPENT.sources, { ...SPENT.sources[0], source: HOSTILE }, { ...SPENT.sources[0], source: "__proto__" }],
          repositories: [...SPENT.repositories, { ...SPENT.repositories[0], repository: HOSTILE }],
          alternatives: [...SPENT.alternatives, { ...SPENT.alternatives[2], policy: HOSTILE }],
        },
      }),
      { theme, reducedMotion: "reduce" },
    );
    await region(page, "What was asked").getByText("__proto__").waitFor();
    assert.deepEqual(await barriers(page), []);
    for (const width of [2560, 1280, 768, 375]) await mustFit(page, width);
    assert.equal(await page.evaluate(() => window.__ran), undefined);
  }
});

test("thousands of repositories are listed with few rows drawn, and the keyboard reaches the last", async () => {
  const many = Array.from({ length: 4000 }, (_, i) => `acme/r${String(i).padStart(4, "0")}`);
  const page = await pageWith((poller) => ({
    ...poller,
    feeds: many.map((name, i) => ({ ...poller.feeds[0], feed: `repos/${name}`, repository: name, next_poll_at: new Date(Date.now() + i * 1000).toISOString() })),
    spent: { ...SPENT, repositories: many.map((repository, i) => ({ repository, ...share({ own: 5000 - i }) })) },
  }));
  for (const [name, table] of [["Next polls", "Table of next polls"], ["Cost by repository", "Table of costs of 4,000 repositories"]]) {
    const panel = region(page, name);
    await panel.getByText("acme/r0000").waitFor();
    assert.ok((await panel.getByRole("row").count()) < 100);
    await panel.getByRole("group", { name: table }).focus();
    await page.keyboard.press("End");
    await panel.getByText("acme/r3999").waitFor();
  }
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
