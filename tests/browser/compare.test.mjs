// Tests the page that compares repositories: from the overview and from a repository, choices in the address, chart, table, gaps, CSV.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { after, afterEach, before, test } from "node:test";

import { barriers, card, downloaded, eventually, mustFit, Setup } from "./harness.mjs";

const LONG_NAME = `acme/${"a-long-name-".repeat(9).slice(0, 100)}`;  // as long as GitHub allows
const DAYS = { "acme/busy": 40, "acme/quiet": 40, "acme/young": 3, [LONG_NAME]: 40 };
const A_DAY = { "acme/busy": 12, "acme/quiet": 3, "acme/young": 4, [LONG_NAME]: 2 };
const TYPES = ["PushEvent", "IssuesEvent", "ForkEvent"];
const DAY_MILLIS = 86_400_000;
const READBACK = /Multiple readback operations/;  // the test itself causes it, because it reads pixels
let setup;
before(async () => {
  setup = await Setup.open({
    sim: Object.keys(DAYS).flatMap((name) => ["--synthetic", `${name}=1e-9`]),
    beforeServe: async ({ folder, store, repopulse }) => {
      let id = 1_000_000;
      const lines = Object.keys(DAYS).flatMap((name) => Array.from({ length: DAYS[name] * A_DAY[name] }, (_, index) => JSON.stringify({
        id: String(id++), type: TYPES[index % TYPES.length], actor: { id: 1, login: "ada" }, repo: { id: name.length, name }, payload: {}, public: true,
        created_at: new Date(Date.now() - 600_000 - (index * DAY_MILLIS) / A_DAY[name]).toISOString().replace(/\.\d+/, ""),
      })));
      const file = path.join(folder, "history.json");
      await writeFile(file, `${lines.join("\n")}\n`);
      await repopulse("import", "--store", store, ...Object.keys(DAYS).flatMap((name) => ["--repo", name]), file);
    },
  });
});
after(() => setup?.close());
afterEach(() => setup?.closeTabs());

const PLACE = "#/compare?repos=acme/busy,acme/quiet";
const chart = (page) => page.getByRole("region", { name: "Events over time" }).getByRole("img");
const label = (page) => chart(page).getAttribute("aria-label");
const legend = (page) => page.getByRole("list", { name: "Lines" }).getByRole("listitem");
const table = (page) => page.getByRole("group", { name: /^Table of \d+ parts/ });
const row = (page, name) => table(page).getByRole("row").filter({ has: page.getByRole("rowheader", { name, exact: true }) });

// What the server says of the same days.
async function history(name, query) {
  const { buckets } = await setup.api(`repos/${name}/events/stats/history/?${query}`);
  return buckets;
}

test("the overview leads to the comparison of the repositories that are selected, with the keyboard alone", async () => {
  const page = await setup.tab({ reducedMotion: "reduce", key: setup.readKey });
  for (const name of ["acme/busy", "acme/quiet"]) {
    await card(page, name).getByRole("checkbox", { name: `Select ${name}` }).focus();
    await page.keyboard.press("Space");
  }
  const bar = page.getByRole("group", { name: "Selected repositories" });
  await bar.getByText("2 repositories selected").waitFor();
  assert.equal(await bar.getByRole("button", { name: "Activate" }).count(), 0, "a reader changes nothing");
  await bar.getByRole("link", { name: "Compare" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Compare" }).waitFor();
  await eventually(async () => assert.equal(await page.evaluate(() => document.activeElement.textContent), "Compare"));
  assert.match(page.url(), /#\/compare\?repos=acme\/(busy,acme\/quiet|quiet,acme\/busy)$/);
  await eventually(async () => assert.match(await label(page), /^2 lines from /));
});

test("a repository's page leads to it with its range and the types that are shown", async () => {
  const page = await setup.tab({ place: "#/repos/acme/busy?range=month&hide=ForkEvent" });
  const link = page.getByRole("link", { name: "Compare with…" });
  await eventually(async () => assert.match(await link.getAttribute("href"), /types=(PushEvent,IssuesEvent|IssuesEvent,PushEvent)/));
  await link.click();
  await page.getByRole("button", { name: "30 d", exact: true, pressed: true }).waitFor();
  await page.getByRole("button", { name: "Push", exact: true, pressed: true }).waitFor();
  await page.getByRole("button", { name: "Fork", exact: true, pressed: false }).waitFor();
  const input = page.getByLabel("Add a repository to the comparison");
  await input.fill("acme/quiet");
  await page.keyboard.press("Enter");
  await eventually(async () => assert.equal(await legend(page).count(), 2));
  assert.match(page.url(), /repos=acme\/busy,acme\/quiet/);
  await input.fill("no/such");
  await page.keyboard.press("Enter");
  await page.getByText("Please choose a repository of this server.").waitFor();
  await page.getByRole("button", { name: "Remove acme/busy from the comparison" }).click();
  await eventually(async () => assert.equal(await legend(page).count(), 1));
});

test("chart, table and CSV show the figures of the server, and the address holds every choice", async () => {
  const page = await setup.tab({ place: `${PLACE}&range=month&by=day`, timezoneId: "UTC", allow: [READBACK] });
  await eventually(async () => assert.match(await label(page), /^2 lines from /));
  const midnight = Math.floor(Date.now() / DAY_MILLIS) * DAY_MILLIS;
  const since = new Date(midnight - 5 * DAY_MILLIS).toISOString().replace(/\.\d+/, "");
  const until = new Date(midnight - 4 * DAY_MILLIS).toISOString().replace(/\.\d+/, "");
  const [day] = await history("acme/busy", `by=day&since=${since}&until=${until}`);
  const name = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" }).format(new Date(since));
  await eventually(async () => assert.equal(await row(page, `${name}, 00:00`).getByRole("cell").first().innerText(), String(day.events)));

  const { name: file, text } = await downloaded(page, () => page.getByRole("button", { name: "Download as CSV" }).click());
  assert.equal(file, "comparison.csv");
  const lines = text.trim().split("\r\n").map((line) => line.split(","));
  assert.deepEqual(lines[0], ["repository", "type", "from", "to", "events", "complete", "times_usual"]);
  assert.deepEqual(lines.find((line) => line[0] === "acme/busy" && line[2] === since).slice(4, 6), [String(day.events), "true"]);
  const days = (lines.length - 1) / 2;
  assert.ok(days === 31 || days === 30, `${days} days: 30 where a day has just ended`);

  await page.getByRole("button", { name: "Fork", exact: true }).click();
  await page.getByRole("group", { name: "Lines" }).getByRole("button", { name: "And types" }).click();
  await page.getByRole("group", { name: "Scale" }).getByRole("button", { name: "× usual" }).click();
  await page.getByRole("button", { name: "Push", exact: true }).click();
  await eventually(async () => assert.equal(await legend(page).count(), 4));
  await legend(page).filter({ hasText: "acme/quiet: Fork" }).waitFor();
  assert.match(page.url(), /types=ForkEvent,PushEvent/);
  const shown = await label(page);
  await page.reload();
  await eventually(async () => assert.equal(await label(page), shown));
  for (const pressed of ["30 d", "Day", "And types", "× usual", "Fork", "Push"]) await page.getByRole("button", { name: pressed, exact: true, pressed: true }).waitFor();
  await table(page).getByText(/^\d+(\.\d+)?×$/).first().waitFor();
});

test("what was not watched is neither drawn nor counted as nothing", async () => {
  const page = await setup.tab({ place: "#/compare?repos=acme/busy,acme/young&range=month&by=day", allow: [READBACK] });
  await eventually(async () => assert.match(await label(page), /acme\/young: at least \d+ events/));
  await table(page).focus();
  await page.keyboard.press("End");
  const oldest = table(page).getByRole("row").last();
  await eventually(async () => assert.match(await oldest.innerText(), /\d+\s+–\s*not known$/));
  await page.getByText(/A ring is a least number/).waitFor();

  // No pixel of the second line is in the first half of the chart, all of which is before its first event.
  const places = () => page.evaluate(() => {
    const canvas = document.querySelector(".timeline canvas");
    const wanted = getComputedStyle(document.documentElement).getPropertyValue("--series-2").trim().match(/[0-9a-f]{2}/gi).map((pair) => parseInt(pair, 16));
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const found = { left: 0, right: 0 };
    for (let at = 0; at < data.length; at += 4)
      if (wanted.every((part, index) => data[at + index] === part)) (at / 4) % canvas.width < canvas.width / 2 ? found.left++ : found.right++;
    return found;
  });
  await eventually(async () => assert.ok((await places()).right > 10, "the second line is drawn"));
  assert.equal((await places()).left, 0);
});

test("the range is zoomed by buttons and by dragging, and counts by hour, day or week as the span permits", async () => {
  const page = await setup.tab({ place: `${PLACE}&range=all` });
  await page.getByRole("button", { name: "All", exact: true, pressed: true }).waitFor();
  await eventually(async () => assert.match(await label(page), /^2 lines from /));
  const whole = await label(page);
  await page.getByRole("button", { name: "Zoom in" }).click();
  await eventually(async () => assert.notEqual(await label(page), whole));
  assert.match(page.url(), /range=\d+-\d+/);
  await page.getByRole("button", { name: "Week", exact: true }).click();
  await page.getByRole("button", { name: "Week", exact: true, pressed: true }).waitFor();
  await page.getByRole("button", { name: "Back to 7 days" }).click();
  await page.getByRole("button", { name: "7 d", exact: true, pressed: true }).waitFor();
  assert.doesNotMatch(page.url(), /range=/);
  await page.getByRole("button", { name: "Hour", exact: true }).click();
  await eventually(async () => assert.match(await table(page).getAttribute("aria-label"), /^Table of 16\d parts/));
  const week = await label(page);
  await eventually(async () => {
    await chart(page).scrollIntoViewIfNeeded();
    const box = await page.locator(".timeline .u-over").boundingBox();
    await page.mouse.move(box.x + box.width * 0.3, box.y + 80);
    await page.locator(".tooltip").getByText("acme/quiet").waitFor({ timeout: 5_000 });
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.6, box.y + 80, { steps: 5 });
    await page.mouse.up();
    await eventually(async () => assert.notEqual(await label(page), week), 1_000);
  });
  assert.match(page.url(), /range=\d+-\d+/);
  await page.goto(`${setup.url}/${PLACE}&range=1000000000-1700000000`);
  assert.equal(await page.getByRole("button", { name: "Hour", exact: true }).isDisabled(), true);
});

test("people and robots: the comparison obeys the switch", async () => {
  const page = await setup.tab({ place: `${PLACE}&range=month` });
  await eventually(async () => assert.match(await label(page), /acme\/quiet: \d+ events/));
  const asked = page.waitForRequest(/\/history\/\?.*actors=bots/);
  await page.getByRole("group", { name: "Whose events" }).getByRole("button", { name: "Robots" }).click();
  await asked;
  await page.getByText("There are no events of these types in this range.").or(chart(page)).first().waitFor();
  assert.match(page.url(), /actors=bots/);
});

test("more than can be shown is said in a sentence, and so is what is not on this server", async () => {
  const page = await setup.tab({ place: `#/compare?repos=acme/busy,acme/quiet,acme/young,${LONG_NAME},no/such,${encodeURIComponent("<img src=x onerror=window.__ran=1>")}&lines=types&types=PushEvent,IssuesEvent,ForkEvent,__proto__&range=month` });
  await page.getByText(/^12 of 16 lines are shown, those of the most frequent types/).waitFor();
  await page.getByText("Not on this server: no/such, <img src=x onerror=window.__ran=1>.").waitFor();
  assert.equal(await legend(page).count(), 12);
  const looks = await legend(page).locator("path").evaluateAll((all) => all.map((path) => `${path.style.stroke} ${path.getAttribute("stroke-dasharray")}`));
  assert.equal(new Set(looks).size, 12, "each line has a look of its own");
  assert.equal(await page.evaluate(() => window.__ran), undefined);
});

for (const theme of ["light", "dark"]) {
  test(`the page is accessible and fits 375 to 2,560 px in ${theme}`, async () => {
    const page = await setup.tab({ place: `#/compare?repos=acme/busy,acme/young,${LONG_NAME}&range=month&lines=types`, theme, reducedMotion: "reduce" });
    await eventually(async () => assert.match(await label(page), /^9 lines from /));
    assert.deepEqual(await barriers(page), []);
    for (const width of [2560, 1280, 768, 375]) await mustFit(page, width);
    await page.goto(`${setup.url}/#/compare`);
    await page.getByText(/^Add the repositories to compare/).waitFor();
    assert.deepEqual(await barriers(page), []);
  });
}

test("the browser reported no errors", () => assert.deepEqual(setup.complaints, []));
