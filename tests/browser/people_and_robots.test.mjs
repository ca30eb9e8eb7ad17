// Tests the switch between the events of everybody, of people and of robots.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { barriers, card, downloaded, eventually, mustFit, Setup } from "./harness.mjs";

const NAME = "acme/mixed";
const ROBOT = "dependabot[bot]";
const minutesAgo = (minutes) => new Date(Date.now() - minutes * 60_000).toISOString().replace(/\.\d+/, "");
let setup;
before(async () => {
  setup = await Setup.open({ sim: ["--synthetic", `${NAME}=1e-9`] });
  const ofPeople = Array.from({ length: 20 }, (_, index) => ({ type: index % 2 ? "IssuesEvent" : "PushEvent", actor: "ada", created_at: minutesAgo(10 + index * 30) }));
  const ofRobots = Array.from({ length: 40 }, (_, index) => ({ type: "PushEvent", actor: ROBOT, created_at: minutesAgo(11 + index * 15) }));
  await setup.simulate("POST", `repos/${NAME}/events`, [...ofPeople, ...ofRobots]);
  await setup.api("repos/", { method: "POST", body: { full_name: NAME, active: true } });
  await eventually(async () => assert.equal((await setup.api(`repos/${NAME}/events/stats/`)).window.events, 60));
});
after(() => setup?.close());
afterEach(() => setup?.closeTabs());

// Answers requests with `actors=` from what the server says of everybody, as a server does that knows robots.
async function tabOfAServerThatKnowsRobots(place, options = {}) {
  const page = await setup.tab({ ...options, place: null });
  await page.route(/[?&]actors=/, async (route) => {
    const url = new URL(route.request().url());
    const actors = url.searchParams.get("actors");
    const all = [...(await setup.api(`repos/${NAME}/events/?per_page=100`))];
    const events = all.filter(({ actor }) => (actors === "bots") === actor.login.endsWith("[bot]"));
    if (url.pathname.endsWith("/events/")) return route.fulfill({ json: events });
    if (url.pathname.endsWith("/history/")) return route.fulfill({ json: { repository: NAME, actors, bots: ["*[bot]"], buckets: [] } });
    const whole = await setup.api(`repos/${NAME}/events/stats/`);
    const types = [...new Set(events.map(({ type }) => type))].sort().map((type) => {
      const ofType = events.filter((event) => event.type === type);
      return { ...whole.types.find((row) => row.type === type), events: ofType.length, last_event_at: ofType[0].created_at };
    });
    const window = { ...whole.window, events: events.length, from: events.at(-1).created_at, to: events[0].created_at };
    const statistics = { ...whole, actors, bots: ["*[bot]"], window, types: url.searchParams.get("type") === "none" ? [] : types };
    return route.fulfill({ json: url.pathname.endsWith("/api/stats/") ? [statistics] : statistics });
  });
  await page.goto(`${setup.url}/${place}`);
  return page;
}

const choose = (page, name) => page.getByRole("group", { name: "Whose events" }).getByRole("button", { name, exact: true }).click();
const region = (page, name) => page.getByRole("region", { name });

test("every figure obeys the switch, and the address keeps it from page to page", async () => {
  const page = await tabOfAServerThatKnowsRobots("#/", { reducedMotion: "reduce" });
  await card(page, NAME).getByText(/^60 events in /).waitFor();
  await choose(page, "People");
  await card(page, NAME).getByText(/^20 events in /).waitFor();
  await card(page, NAME).getByRole("img", { name: /^20 events in / }).waitFor();
  assert.match(page.url(), /actors=people/);
  assert.equal(await region(page, "Latest activity").getByText(ROBOT).count(), 0);
  assert.deepEqual(await barriers(page), []);
  for (const width of [1280, 375]) await mustFit(page, width);

  await page.getByRole("link", { name: NAME }).first().click();
  await region(page, "Most active accounts").getByText("1 account;").waitFor();
  assert.match(page.url(), /#\/repos\/acme\/mixed\?actors=people$/);
  await region(page, "Timeline").getByRole("img", { name: /^20 events from .*Issue 10/ }).waitFor();
  await page.locator(".figure", { hasText: "Window" }).getByText("20 events (limit: 7 days or 500)").waitFor();
  await page.getByText("Events stored, of everybody").waitFor();
  assert.deepEqual(await barriers(page), []);

  await choose(page, "Robots");
  await region(page, "Timeline").getByRole("img", { name: /^40 events from .*Push 40/ }).waitFor();
  await region(page, "Most active accounts").getByText(ROBOT).waitFor();
  assert.match(await page.getByRole("button", { name: "Robots", exact: true }).getAttribute("title"), /\*\[bot\]/);
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Repositories" }).click();
  await card(page, NAME).getByText(/^40 events in /).waitFor();
  assert.match(page.url(), /actors=bots/);
  await choose(page, "Everybody");
  await card(page, NAME).getByText(/^60 events in /).waitFor();
  assert.doesNotMatch(page.url(), /actors/);
});

test("with the keyboard alone, and after a reload", async () => {
  const page = await tabOfAServerThatKnowsRobots("#/");
  const people = page.getByRole("button", { name: "People", exact: true });
  await people.focus();
  await page.keyboard.press("Space");
  await card(page, NAME).getByText(/^20 events in /).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "People", "the focus stays");
  await page.reload();
  await page.getByRole("button", { name: "People", exact: true, pressed: true }).waitFor();
  await card(page, NAME).getByText(/^20 events in /).waitFor();
});

test("live events and downloads obey the switch", async () => {
  const page = await tabOfAServerThatKnowsRobots(`#/repos/${NAME}?actors=people`);
  await page.getByText("Live", { exact: true }).waitFor();
  await region(page, "Latest events").getByText("ada").first().waitFor();
  await setup.simulate("POST", `repos/${NAME}/events`, { type: "WatchEvent", actor: "new-robot[bot]" });
  await setup.simulate("POST", `repos/${NAME}/events`, { type: "WatchEvent", actor: "grace" });
  await region(page, "Latest events").getByText("grace").waitFor();
  assert.equal(await region(page, "Latest events").getByText("new-robot").count(), 0);
  await page.getByText("Download").click();
  const { text } = await downloaded(page, () => page.getByRole("button", { name: "Events as JSON" }).click());
  assert.deepEqual([...new Set(JSON.parse(text).map((event) => event.actor.login))].sort(), ["ada", "grace"]);
});

test("a server that does not tell people from robots has no switch, and the figures are everybody's", async () => {
  const page = await setup.tab({ place: null });
  await page.route(/[?&]actors=/, async (route) => {
    const url = new URL(route.request().url());
    url.searchParams.delete("actors");
    return route.fulfill({ response: await route.fetch({ url: url.href }) });
  });
  await page.goto(`${setup.url}/#/?actors=people`);
  await card(page, NAME).getByText(/^6\d events in /).waitFor();
  assert.equal(await page.getByRole("group", { name: "Whose events" }).count(), 0);
});

test("the browser reported no errors", () => assert.deepEqual(setup.complaints, []));
