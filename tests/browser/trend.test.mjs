// Tests what cards and pages say of how the pulse has changed.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { card, eventually, Setup } from "./harness.mjs";

const DAY = 86_400_000;
const timeOf = (millis) => new Date(millis).toISOString().replace(/\.\d+/, "");
let id = 40_000_000_000;
// So many events, spread evenly over the days from `from` to `to` ago.
const events = (count, from, to) =>
  Array.from({ length: count }, (_, index) => ({ id: String(id++), type: "PushEvent", actor: "dev", created_at: timeOf(Date.now() - DAY * (from - ((index + 0.5) / count) * (from - to))) }));

// Each history fits into GitHub's feed, so that the first poll brings all of it.
const HISTORIES = {
  "acme/grows": () => [...events(1, 21, 20), ...events(80, 13.8, 7.2), ...events(160, 6.8, 0.3)],
  "acme/few": () => [...events(1, 21, 20), ...events(5, 13.8, 7.2), ...events(3, 6.8, 0.3)],
  "acme/young": () => events(60, 3, 0.3),
};
const NAMES = Object.keys(HISTORIES);
let setup;
before(async () => {
  setup = await Setup.open({ sim: NAMES.flatMap((name) => ["--synthetic", `${name}=1e-9`]) });
  for (const [name, history] of Object.entries(HISTORIES)) {
    const all = history();
    await setup.simulate("POST", `repos/${name}/events`, all);
    await setup.api("repos/", { method: "POST", body: { full_name: name, active: true } });
    await eventually(async () => assert.ok((await setup.api(`repos/${name}`)).events_stored >= all.length, `all of ${name} is stored`));
  }
});
after(() => setup?.close());
afterEach(() => setup?.closeTabs());

const trend = (page, name) => card(page, name).locator(".trend");

test("a card compares the last seven days with the seven before, and counts few events instead of giving a percentage", async () => {
  const page = await setup.tab();
  await trend(page, "acme/grows").getByText("160 events in 7 days, 100 % more than in the 7 days before").waitFor();
  await trend(page, "acme/few").getByText("3 events in 7 days, 5 in the 7 days before").waitFor();
  assert.match(await trend(page, "acme/grows").getAttribute("title"), /^160 events from .* to .*; 80 events in the 7 days before, from /);
  assert.equal(await trend(page, "acme/young").count(), 0, "nothing is said of what is not known");
});

test("a repository's page compares too, and says why it cannot", async () => {
  const figure = (page) => page.locator(".figure", { has: page.getByText("Last 7 days", { exact: true }) });
  const page = await setup.tab({ place: "#/repos/acme/grows" });
  await figure(page).getByText("160 events").waitFor();
  await figure(page).getByText("100 % more than in the 7 days before").waitFor();
  const young = await setup.tab({ place: "#/repos/acme/young" });
  await figure(young).getByText("history is shorter than 14 days").waitFor();
});

test("only cards in sight ask, once each", async () => {
  const page = await setup.tab({ place: null, height: 500 });
  const asked = [], urls = [];  // a new hour has another address, and all cards in sight ask again
  page.on("request", (request) => {
    const name = /repos\/(acme\/\w+)\/events\/stats\/history\//.exec(request.url())?.[1];
    if (!name) return;
    asked.push(name);
    urls.push(request.url());
  });
  // Many more repositories than fit on the screen, with the name of each in the address.
  const [some] = await setup.api("repos/");
  const many = Array.from({ length: 60 }, (_, index) => ({ ...some, id: 100 + index, full_name: `acme/r${index}`, name: `r${index}` }));
  await page.route("**/api/repos/?*", (route) => route.fulfill({ json: many }));
  await page.route(/\/api\/stats\/(\?|$)/, (route) => route.fulfill({ json: many.map(({ full_name: fullName }) => ({ repository: fullName, as_of: "", types: [], window: { rule: "", days: 7, max_events: 500, bounded_by: "days", from: null, to: null, events: 0, complete: true } })) }));
  await page.route("**/api/repos/acme/r*/events/**", (route) => route.fulfill({ json: route.request().url().includes("history") ? { buckets: [] } : [] }));
  await page.goto(`${setup.url}/#/?sort=name`);
  await card(page, "acme/r0").waitFor();
  await eventually(() => assert.ok(asked.includes("acme/r0") && asked.includes("acme/r1"), `asked for ${asked}`));
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
  await eventually(() => assert.ok(asked.includes("acme/r9"), "the last card by name asks when it comes into sight"));
  await page.evaluate(() => scrollTo(0, 0));
  await eventually(async () => assert.ok(await card(page, "acme/r0").isVisible()));
  assert.equal(new Set(urls).size, urls.length, `each asks once: ${urls}`);
  assert.ok(new Set(asked).size < 40, `${asked} of 60 cards asked`);
});

test("the browser reported no errors", () => assert.deepEqual(setup.complaints, []));
