// Tests the page about one repository: timeline, table, heat map, lists, downloads.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { downloaded, eventually, Setup } from "./harness.mjs";

const PLACE = "#/repos/acme/rocket";
const READBACK = /Multiple readback operations/;  // the test itself causes it, because it reads pixels
let setup;
before(async () => {
  setup = await Setup.open({ sim: ["--synthetic", "acme/rocket=0.01"], serve: ["--policy", "adaptive", "--freshness", "10s"] });
  const types = ["PushEvent", "IssuesEvent", "IssueCommentEvent", "PullRequestEvent", "WatchEvent", "ForkEvent", "CreateEvent", "IssueCommentEvent"];
  const minutesAgo = (minutes) => new Date(Date.now() - minutes * 60_000).toISOString().replace(/\.\d+/, "");
  const work = Array.from({ length: 250 }, (_, index) => ({ type: types[index % types.length], actor: `dev-${index % 17}`, created_at: minutesAgo(60 + index * 1.5) }));
  await setup.simulate("POST", "repos/acme/rocket/events", work);
  await setup.api("repos/", { method: "POST", body: { full_name: "acme/rocket", active: true } });
  await eventually(async () => assert.ok((await setup.api("repos/acme/rocket")).events_stored >= work.length, "the whole feed is stored"));
  // While the repository is not polled, more events come than the feed holds: a gap in the middle of the stored events.
  await setup.api("repos/acme/rocket/deactivate", { method: "POST" });
  const rush = Array.from({ length: 400 }, (_, index) => ({ type: "PushEvent", actor: "deploy-bot", created_at: minutesAgo(index / 50) }));
  await setup.simulate("POST", "repos/acme/rocket/events", rush);
  await setup.api("repos/acme/rocket/activate", { method: "POST" });
  await eventually(async () => assert.equal((await setup.api("repos/acme/rocket")).gaps.length, 1));
});
after(() => setup?.close());
afterEach(() => setup?.closeTabs());

const region = (page, name) => page.getByRole("region", { name });
const chart = (page) => region(page, "Timeline").getByRole("img");
const statistics = () => setup.api("repos/acme/rocket/events/stats/");

// The chart's colours by how many of its pixels have them.
const pixels = (page, variable) =>
  page.evaluate((name) => {
    const canvas = document.querySelector(".timeline canvas");
    const wanted = getComputedStyle(document.documentElement).getPropertyValue(name).trim().match(/[0-9a-f]{2}/gi).map((pair) => parseInt(pair, 16));
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let count = 0;
    for (let at = 0; at < data.length; at += 4) if (wanted.every((part, index) => data[at + index] === part)) count++;
    return count;
  }, variable);

test("the timeline shows the types in their colours, the gap and the forecast", async () => {
  const page = await setup.tab({ place: PLACE, allow: [READBACK] });
  await eventually(async () => assert.ok((await pixels(page, "--type-push")) > 200, "pushes are drawn"));
  await eventually(async () => assert.ok((await pixels(page, "--gap-fill")) > 50, "the gap is drawn"));
  await region(page, "Timeline").getByText("forecast, 90 % interval").waitFor();
  await eventually(async () => assert.ok((await pixels(page, "--accent")) > 20, "the forecast is drawn"));
  await region(page, "Timeline").getByText("events may be missing", { exact: true }).waitFor();
  await region(page, "Timeline").locator("summary").click();
  await region(page, "Timeline").getByText(/\d{2}:\d{2}:\d{2} to .*\d{2}:\d{2}:\d{2} \(/).waitFor();
});

test("the timeline zooms by buttons, by dragging and over spans, and a type can be hidden", async () => {
  const page = await setup.tab({ place: PLACE, allow: [READBACK] });
  const label = async () => / from (.*?)(?:;|$)/.exec(await chart(page).getAttribute("aria-label"))[1];
  await page.getByText(/Loading events/).waitFor({ state: "detached" });
  await eventually(async () => assert.match(await chart(page).getAttribute("aria-label"), /^\d{3} events from/));
  const whole = await label();
  const fromOf = (span) => span.split(" to ")[0];
  const changed = (from) => eventually(async () => assert.notEqual(await label(), from));
  await page.getByRole("button", { name: "Zoom in" }).click();
  await changed(whole);
  const closer = await label();
  await page.getByRole("button", { name: "Earlier" }).click();
  await changed(closer);
  await page.getByRole("button", { name: "Back to the window" }).click();
  await eventually(async () => assert.equal(fromOf(await label()), fromOf(whole)));

  await eventually(async () => {  // a notice that appears or disappears moves the chart under the mouse
    await chart(page).scrollIntoViewIfNeeded();
    const box = await page.locator(".timeline .u-over").boundingBox();
    await page.mouse.move(box.x + box.width * 0.3, box.y + 80);
    await page.locator(".tooltip").waitFor({ timeout: 5_000 });
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.6, box.y + 80, { steps: 5 });
    await page.mouse.up();
    await eventually(async () => assert.notEqual(fromOf(await label()), fromOf(whole)), 1_000);
  });
  await page.locator(".timeline .u-over").dblclick();
  await eventually(async () => assert.equal(fromOf(await label()), fromOf(whole)));

  for (const name of ["24 h", "7 d", "30 d", "All", "Window"]) {
    await page.getByRole("button", { name, exact: true }).click();
    await page.getByRole("button", { name, exact: true, pressed: true }).waitFor();
  }
  const push = { name: "Push", exact: true };
  const typesShown = page.getByRole("group", { name: "Types shown" });
  await typesShown.getByRole("button", push).click();
  await typesShown.getByRole("button", { ...push, pressed: false }).waitFor();
  await eventually(async () => assert.equal(await pixels(page, "--type-push"), 0));
  await eventually(async () => assert.equal(await region(page, "Latest events").getByText("deploy-bot").count(), 0));
});

test("the address holds the range and the hidden types", async () => {
  const page = await setup.tab({ place: PLACE });
  const label = () => chart(page).getAttribute("aria-label");
  const span = async () => / from (.*?)(?:;|$)/.exec(await label())[1];
  await eventually(async () => assert.match(await label(), /^\d{3} events from/));
  const whole = await span();
  await page.getByRole("button", { name: "Zoom in" }).click();
  await page.getByRole("group", { name: "Types shown" }).getByRole("button", { name: "Push", exact: true }).click();
  await eventually(async () => assert.notEqual(await span(), whole));
  await eventually(async () => assert.doesNotMatch(await label(), /Push/));
  assert.match(page.url(), /range=\d+-\d+/);
  assert.match(page.url(), /hide=PushEvent/);
  const chosen = await span();
  await page.reload();
  await eventually(async () => assert.equal(await span(), chosen));
  await page.getByRole("group", { name: "Types shown" }).getByRole("button", { name: "Push", exact: true, pressed: false }).waitFor();
  await eventually(async () => assert.doesNotMatch(await label(), /Push/));
  await page.goto(`${setup.url}/${PLACE}?range=month`);
  await page.getByRole("button", { name: "30 d", exact: true, pressed: true }).waitFor();
});

test("the table of types agrees with the API, can be sorted, and shows distributions", async () => {
  const page = await setup.tab({ place: PLACE });
  const rows = region(page, "Time between events").locator("tbody tr");
  await rows.first().waitFor();
  const { types } = await statistics();
  const byEvents = [...types].sort((a, b) => b.events - a.events);
  assert.equal(await rows.count(), types.length);
  assert.equal(Number((await rows.first().locator("td").first().innerText()).replace(",", "")), byEvents[0].events);
  for (const name of ["Average", "Median", "90th percentile", "Std. deviation", "Last event", "Next expected", "Type"]) {
    await page.getByRole("button", { name, exact: true }).click();
    await eventually(async () => assert.ok(await page.getByRole("columnheader", { name }).getAttribute("aria-sort"), `sorted by ${name}`));
  }
  await eventually(async () => assert.deepEqual(await rows.locator("th").allInnerTexts(), (await rows.locator("th").allInnerTexts()).sort()));
  const distributions = region(page, "Time between events").getByRole("img", { name: /intervals?, most often/ });
  await eventually(async () => assert.ok((await distributions.count()) >= 2));  // they need all events, which come by pages
});

test("the page shows the heat map, the accounts and the latest events, with links to GitHub only", async () => {
  const page = await setup.tab({ place: PLACE });
  await eventually(async () => assert.equal(await region(page, "Activity by hour of the week").locator("tbody td").count(), 7 * 24));
  await eventually(async () => assert.ok((await region(page, "Activity by hour of the week").locator("tbody td:not(.heat-0)").count()) > 2));
  await region(page, "Most active accounts").getByText("deploy-bot").waitFor();
  const lines = region(page, "Latest events").getByRole("listitem");
  const shown = await lines.count();
  await page.getByRole("button", { name: "Show more" }).click();
  await eventually(async () => assert.ok((await lines.count()) > shown));
  const links = await region(page, "Latest events").getByRole("link").evaluateAll((all) => all.map((link) => ({ href: link.href, target: link.target, rel: link.rel })));
  assert.ok(links.length > 10);
  for (const { href, target, rel } of links) {
    assert.match(href, /^https:\/\/github\.com\/[^?#]+/);
    assert.deepEqual([target, rel], ["_blank", "noopener noreferrer"]);
  }
});

test("statistics and events are downloaded as CSV and JSON", async () => {
  const page = await setup.tab({ place: `${PLACE}?range=all` });
  await region(page, "Time between events").locator("tbody tr").first().waitFor();
  const get = async (name) => {
    await page.getByText("Download").click();
    return downloaded(page, () => page.getByRole("button", { name }).click());
  };
  // Of all stored events, of which the window may not have all types. One may come while the test looks.
  const names = async () => (await setup.api("repos/acme/rocket/events/stats/?since=2000-01-01")).types.map((row) => row.type);
  const before = await names();
  const areTypes = async (shown) => {
    const after = await names();
    assert.ok(before.every((type) => shown.includes(type)) && shown.every((type) => after.includes(type)), `${shown}, of ${after}`);
  };

  const table = await get("Statistics as CSV");
  assert.equal(table.name, "acme__rocket-statistics.csv");
  const [header, ...rows] = table.text.trim().split("\r\n");
  assert.match(header, /^type,events,average_seconds,median_seconds,/);
  await areTypes(rows.map((row) => row.split(",")[0]));

  const object = await get("Statistics as JSON");
  assert.equal(object.name, "acme__rocket-statistics.json");
  await areTypes(JSON.parse(object.text).types.map((row) => row.type));

  const { events_stored: eventsStored } = await setup.api("repos/acme/rocket");
  const list = await get("Events as JSON");
  const events = JSON.parse(list.text);
  assert.ok(events.length >= eventsStored, `${events.length} events of ${eventsStored} stored`);
  assert.equal(new Set(events.map((event) => event.id)).size, events.length);
  const [newest] = await setup.api(`repos/acme/rocket/events/?per_page=1&until=${events[0].created_at}`);
  assert.deepEqual(events.find((event) => event.id === newest.id), newest, "an event is as GitHub sent it");

  const csv = await get("Events as CSV");
  const lines = csv.text.trim().split("\r\n");
  assert.equal(lines[0], "id,type,created_at,actor,action");
  assert.ok(lines.length > eventsStored);
  assert.match(lines[1], /^\d+,\w+Event,\d{4}-\d\d-\d\dT/);
});

test("a repository that GitHub does not know is explained", async () => {
  await setup.api("repos/", { method: "POST", body: { full_name: "acme/no-such-thing", active: true } });
  const page = await setup.tab({ place: "#/repos/acme/no-such-thing" });
  await page.getByText("Not found", { exact: true }).waitFor();
  await page.getByText("Not found: misspelt, deleted, or private and not visible to this token (GitHub answered 404).").waitFor();
  await page.getByText("No events yet.").first().waitFor();
  const overview = await setup.tab();
  await overview.getByRole("button", { name: /^Needs a look/ }).click();
  await overview.locator('[data-repository="acme/no-such-thing"]').waitFor();
});

test("the browser reported no errors", () => assert.deepEqual(setup.complaints, []));
