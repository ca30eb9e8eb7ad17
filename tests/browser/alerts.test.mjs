// Tests the alerts of the page: those that fire on top, their history, the test of the targets.
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, afterEach, before, test } from "node:test";

import { barriers, card, eventually, mustFit, Setup } from "./harness.mjs";

const MISSING = "acme/no-such-thing";
let setup;
let receiver;
let folder;
const received = [];
before(async () => {
  receiver = createServer((request, response) => {
    request.resume();
    request.on("end", () => {
      received.push(request.url);
      response.end();
    });
  });
  await new Promise((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  folder = await mkdtemp(path.join(tmpdir(), "repopulse-alerts-"));
  const config = path.join(folder, "settings.toml");
  const { port } = receiver.address();
  await writeFile(config, `[[alert]]\nrule = "status"\n\n[[notify]]\nkind = "webhook"\nurl = "http://127.0.0.1:${port}/hook"\n\n[[notify]]\nkind = "slack"\nurl = "http://127.0.0.1:1/"\n`);
  setup = await Setup.open({ sim: ["--seed", "7", "--synthetic", "acme/rocket=60", "--synthetic", "acme/quiet=1e-9"], serve: ["--config", config], repos: ["acme/rocket"] });
});
after(async () => {
  await setup?.close();
  receiver?.close();
  if (folder) await rm(folder, { recursive: true, force: true });
});
afterEach(() => setup?.closeTabs());

const notice = (page) => page.getByRole("region", { name: /alerts? now$/ });
const alertsLink = (page) => page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: /^Alerts/ });

test("without alerts the page says so, and the targets are tested by an admin alone", async () => {
  const page = await setup.tab({ place: "#/alerts" });
  await page.getByText("No alerts yet.").waitFor();
  await page.getByRole("button", { name: "Send a test message" }).click();
  const targets = page.getByRole("region", { name: "Targets" });
  await targets.getByText(/^webhook 1 took the message: status 200/).waitFor();
  await targets.getByText(/^slack 1 did not take the message: \S/).waitFor();
  assert.deepEqual(received, ["/hook"]);
  assert.deepEqual(await barriers(page), []);
  assert.equal(await targets.getByText("127.0.0.1").count(), 0, "no address is told");

  const reader = await setup.tab({ place: "#/alerts", key: setup.readKey });
  await reader.getByText("No alerts yet.").waitFor();
  assert.equal(await reader.getByRole("button", { name: "Send a test message" }).count(), 0);
});

test("an alert that begins shows on every open page without a reload, and when it ends it is history", async () => {
  const overview = await setup.tab();
  const rocket = await setup.tab({ place: "#/repos/acme/rocket" });
  await overview.getByText("Live", { exact: true }).waitFor();
  await setup.api("repos/", { method: "POST", body: { full_name: MISSING, active: true } });
  await notice(overview).getByText(/^Status · acme\/no-such-thing · .*Since/).waitFor();
  await card(overview, MISSING).getByText(/^Not found: misspelt/).waitFor();
  for (const page of [overview, rocket]) await alertsLink(page).getByText(": 1 alert now").waitFor({ state: "attached" });
  assert.equal(await notice(rocket).count(), 0, "another repository's page does not show it");
  await overview.getByRole("button", { name: /^Needs a look/ }).click();
  await card(overview, MISSING).waitFor();
  await overview.getByRole("button", { name: /^All/ }).click();

  for (const theme of ["light", "dark"]) {
    await overview.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
    assert.deepEqual(await barriers(overview), []);
  }
  for (const width of [2560, 768, 375]) await mustFit(overview, width);

  const page = await setup.tab({ place: `#/repos/${MISSING}` });
  await notice(page).getByText(/^Status · /).waitFor();
  await notice(page).getByRole("link", { name: "History of alerts" }).click();
  const rows = page.getByRole("region", { name: "List of alerts" }).locator("tbody tr");
  await rows.filter({ hasText: MISSING }).getByText("Now", { exact: true }).waitFor();

  await setup.api(`repos/${MISSING}`, { method: "DELETE" });
  await rows.filter({ hasText: MISSING }).getByText("Ended", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Now", exact: true }).click();
  await page.getByText("No alert now.").waitFor();
  assert.match(page.url(), /#\/alerts\?show=firing$/);
  await page.getByRole("button", { name: "Ended", exact: true }).click();
  await rows.filter({ hasText: MISSING }).waitFor();
  await notice(overview).waitFor({ state: "detached" });
});

test("a silence that is much longer than usual needs a look", async () => {
  const minutesAgo = (minutes) => new Date(Date.now() - minutes * 60_000).toISOString().replace(/\.\d+/, "");
  await setup.simulate("POST", "repos/acme/quiet/events", Array.from({ length: 20 }, (_, index) => ({ type: "PushEvent", actor: "dev", created_at: minutesAgo(120 + index) })));
  await setup.api("repos/", { method: "POST", body: { full_name: "acme/quiet", active: true } });
  await setup.simulate("POST", "repos/acme/rocket/events", { type: "WatchEvent", actor: "dev" });  // else it is silent by chance now and then
  const page = await setup.tab({ place: "#/?show=trouble" });
  await card(page, "acme/quiet").getByRole("img", { name: /much longer than usual/ }).waitFor();
  await eventually(async () => assert.equal(await card(page, "acme/rocket").count(), 0));
});

test("a card shows the newest alert about its repository", async () => {
  const about = (id, rule, summary) => ({ id, repository: "Acme/Rocket", rule, state: "firing", since: "2026-01-01T00:00:00Z", resolved_at: null, summary, value: 1, threshold: 1 });
  const page = await setup.tab({ place: null });
  await page.route("**/api/alerts/?*", (route) => route.fulfill({ json: [about(3, "silence", "No event for 2 h"), about(2, "gap", "Events were lost")] }));
  await page.goto(`${setup.url}/#/`);
  await card(page, "acme/rocket").getByText("Silence · No event for 2 h. And 1 other alert.").waitFor();
  assert.deepEqual(await barriers(page), []);
});

// Alerts whose texts are attacks, as many as fill several pages.
const ATTACK = `<img src=x onerror="window.__ran = 1">`;
const many = Array.from({ length: 100 }, (_, index) => ({
  id: 1000 - index, repository: index % 3 ? `acme/${"long-name-".repeat(9)}${index}` : null, rule: index === 1 ? ATTACK : "constructor", state: "firing",
  since: new Date(Date.now() - index * 60_000).toISOString(), resolved_at: null, summary: `${ATTACK} ${"x".repeat(200)} ${index}`, value: 1, threshold: 1,
}));

test("many alerts, long names and attacks in texts neither run nor break the page", async () => {
  const page = await setup.tab({ place: null });
  await page.route("**/api/alerts/?*", (route) => {
    const query = new URL(route.request().url()).searchParams;
    const [size, number] = [Number(query.get("per_page")), Number(query.get("page") ?? 1)];
    const headers = number * size < many.length ? { Link: `<${setup.url}/api/alerts/>; rel="next"` } : {};
    return route.fulfill({ json: many.slice((number - 1) * size, number * size), headers });
  });
  await page.goto(`${setup.url}/#/`);
  await page.getByRole("heading", { name: "100 or more alerts now" }).waitFor();
  await notice(page).getByText("and 95 others").waitFor();
  assert.equal(await notice(page).getByRole("listitem").count(), 5);
  for (const width of [1280, 375]) await mustFit(page, width);
  await notice(page).getByRole("link", { name: "All alerts" }).click();
  await page.getByText("Page 1").waitFor();
  const rows = page.getByRole("region", { name: "List of alerts" }).locator("tbody tr");
  assert.equal(await rows.count(), 30);
  assert.deepEqual(await barriers(page), []);
  for (const width of [2560, 1280, 375]) await mustFit(page, width);
  await page.getByRole("button", { name: "Older" }).focus();
  await page.keyboard.press("Enter");
  await page.getByText("Page 2").waitFor();
  await rows.getByText("x 30.").waitFor();
  await page.goto(`${setup.url}/#/alerts?page=4`);
  await eventually(async () => assert.equal(await rows.count(), 10));
  assert.ok(await page.getByRole("button", { name: "Older" }).isDisabled());
  await page.goto(`${setup.url}/#/alerts?page=-3&show=__proto__`);
  await page.getByText("Page 1").waitFor();
  assert.equal(await page.evaluate(() => window.__ran), undefined);
  assert.equal(await page.evaluate(() => document.querySelectorAll("main img").length), 0);
});

test("a server without alerts is shown without them", async () => {
  const page = await setup.tab({ place: null, allow: [/404/] });
  await page.route("**/api/alerts/?*", (route) => route.fulfill({ status: 404, json: { message: "Not Found" } }));
  await page.goto(`${setup.url}/#/`);
  await card(page, "acme/rocket").waitFor();
  await eventually(async () => assert.equal(await alertsLink(page).count(), 0));
});

test("the browser reported no errors", () => assert.deepEqual(setup.complaints, []));
