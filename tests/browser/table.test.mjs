// Tests the overview as a table: few and thousands of repositories, sorting, filters, keyboard, CSV.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { barriers, card, downloaded, eventually, mustFit, Setup } from "./harness.mjs";

const LONG_NAME = `acme/${"a-long-name-".repeat(9).slice(0, 96)}-end`;  // as long as GitHub allows
const REPOS = ["acme/anvil", "acme/rocket", LONG_NAME];
const MANY = 4_000;
let setup;
before(async () => {
  setup = await Setup.open({ sim: ["--seed", "7", "--synthetic", "acme/rocket=60", "--synthetic", "acme/anvil=6", "--synthetic", `${LONG_NAME}=20`], repos: REPOS });
});
after(() => setup?.close());
afterEach(() => setup?.closeTabs());

const frame = (page) => page.getByRole("group", { name: /^Table of [\d,]+ repositor/ });
const names = (page) => frame(page).locator("[data-repository]").evaluateAll((rows) => rows.map((row) => row.dataset.repository));
const header = (page, name) => frame(page).getByRole("columnheader", { name });

test("the table has a row for each repository, is sorted by any column, and the address holds the choice", async () => {
  const page = await setup.tab();
  await card(page, "acme/rocket").waitFor();
  await page.getByRole("button", { name: "Table", exact: true }).click();
  await eventually(async () => assert.deepEqual(await names(page), ["acme/rocket", LONG_NAME, "acme/anvil"]));
  assert.match(page.url(), /view=table/);
  await header(page, "Repository").getByRole("button").click();
  await eventually(async () => assert.deepEqual(await names(page), [LONG_NAME, "acme/anvil", "acme/rocket"]));
  await header(page, "Repository").getByRole("button").click();
  await eventually(async () => assert.deepEqual(await names(page), ["acme/rocket", "acme/anvil", LONG_NAME]));
  assert.equal(await header(page, "Repository").getAttribute("aria-sort"), "descending");
  assert.match(page.url(), /order=reversed/);
  await page.reload();
  await eventually(async () => assert.deepEqual(await names(page), ["acme/rocket", "acme/anvil", LONG_NAME]));
  for (const name of ["Status", "Per hour", "Usually every", "Last event", "Silence", "Window", "Stored", "Next poll"]) {
    await header(page, name).getByRole("button").click();
    await eventually(async () => assert.ok(await header(page, name).getAttribute("aria-sort"), `sorted by ${name}`));
    assert.equal((await names(page)).length, 3);
  }
  await page.getByRole("button", { name: "Cards", exact: true }).click();
  await page.getByRole("list", { name: "Repositories" }).waitFor();
});

test("the table is accessible in both themes and fits screens of 375 to 2,560 px; a long name keeps its end", async () => {
  for (const theme of ["light", "dark"]) {
    const page = await setup.tab({ place: "#/?view=table", theme, reducedMotion: "reduce" });
    await frame(page).getByText("Active").first().waitFor();
    assert.deepEqual(await barriers(page), []);
    for (const width of [2560, 1280, 768, 375]) await mustFit(page, width);
    const link = frame(page).getByRole("link", { name: LONG_NAME, exact: true });
    assert.equal(await link.getAttribute("title"), LONG_NAME);
    const [name, end] = await Promise.all([link.boundingBox(), link.locator(".name-end").boundingBox()]);
    assert.equal(await link.locator(".name-end").innerText(), LONG_NAME.slice(-10));
    assert.ok(end.x + end.width <= name.x + name.width + 1, "the end is inside");
  }
});

test("the list is saved as CSV, as it is filtered and sorted", async () => {
  const page = await setup.tab({ place: "#/?view=table&sort=name&q=R" });
  await frame(page).getByText("Active").first().waitFor();
  const { name, text } = await downloaded(page, () => page.getByRole("button", { name: "Download this list as CSV" }).click());
  assert.equal(name, "repositories.csv");
  const lines = text.trim().split("\r\n");
  assert.match(lines[0], /^repository,status,active,events_per_hour,/);
  assert.deepEqual(lines.slice(1).map((line) => line.split(",")[0]), ["acme/rocket"]);
});

// A server with thousands of repositories.
async function tabWithMany(place) {
  const page = await setup.tab({ place: null });
  const [some] = await setup.api("repos/");
  const [statistics] = await setup.api("stats/");
  const at = (index) => new Date(Date.now() - ((index * 7919) % 100_000) * 1000).toISOString();
  const many = Array.from({ length: MANY }, (_, index) => ({ ...some, id: 100 + index, full_name: `acme/repo-${index}`, name: `repo-${index}`, last_event_at: at(index) }));
  const windows = many.map(({ full_name: fullName }, index) => ({ ...statistics, repository: fullName, types: [], window: { ...statistics.window, events: 5 + (index % 400) } }));
  await page.route("**/api/repos/?*", (route) => {
    const query = new URL(route.request().url()).searchParams;
    return route.fulfill({ json: many.slice((query.get("page") - 1) * query.get("per_page"), query.get("page") * query.get("per_page")) });
  });
  await page.route(/\/api\/stats\/(\?|$)/, (route) => route.fulfill({ json: windows }));
  await page.route("**/api/stream", (route) => route.abort());
  await page.route("**/api/repos/acme/**", (route) => route.fulfill({ json: [] }));
  await page.goto(`${setup.url}/${place}`);
  return page;
}

test("rows that come into sight take over the elements of those that go, but not the one with the focus", async () => {
  const page = await tabWithMany("#/?sort=name");
  const first = frame(page).locator("[data-repository]").first();
  await first.waitFor();
  const link = first.getByRole("link");
  await link.focus();
  await page.evaluate(() => {
    window.__rows = [...document.querySelectorAll("tbody tr[data-repository]")];
    window.__focused = document.activeElement;
  });
  await header(page, "Repository").getByRole("button").evaluate((button) => button.click());  // the focus stays in the row
  await eventually(async () => assert.equal((await names(page))[0], "acme/repo-999"));
  assert.equal(await page.evaluate(() => window.__focused.isConnected), false, "what the reader had before him opens nothing else");
  const kept = await page.evaluate(() => window.__rows.filter((row) => row.isConnected).length);
  assert.equal(kept, (await page.evaluate(() => window.__rows.length)) - 1);
});

test("thousands of repositories come as a table of which only the rows in sight are drawn", async (context) => {
  const page = await tabWithMany("#/?sort=name");
  await page.getByRole("group", { name: "Table of 4,000 repositories" }).waitFor();
  assert.equal(await frame(page).getByRole("table").getAttribute("aria-rowcount"), "4001");
  const nodes = await page.evaluate(() => document.querySelectorAll("*").length);
  assert.ok(nodes < 4_000, `${nodes} nodes`);

  // The end, with the keyboard.
  await frame(page).focus();
  await page.keyboard.press("End");
  await frame(page).getByRole("link", { name: "acme/repo-999" }).waitFor();
  assert.equal(await frame(page).locator('[data-repository="acme/repo-999"]').getAttribute("aria-rowindex"), "4001");
  // Scrolled to the end, a short list is in sight at once.
  await page.getByLabel("Filter by name").fill("repo-399");
  await eventually(async () => assert.equal((await names(page)).length, 11));
  await frame(page).getByRole("link", { name: "acme/repo-3999" }).waitFor();

  // How long a filter and a sort take, from the input to the next frame.
  const millis = await page.evaluate(async () => {
    const painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    const input = document.querySelector("input[type=search]");
    const measure = async (act) => {
      await painted();
      const began = performance.now();
      act();
      await new Promise((done) => setTimeout(done));
      document.body.getBoundingClientRect();
      return Math.round(performance.now() - began);
    };
    const type = (text) => () => {
      input.value = text;
      input.dispatchEvent(new Event("input", { bubbles: true }));
    };
    const press = (name) => () => [...document.querySelectorAll("thead button")].find((button) => button.textContent === name).click();
    return {
      filter: await measure(type("repo-3")), all: await measure(type("")), name: await measure(press("Repository")), silence: await measure(press("Silence")), window: await measure(press("Window")),
    };
  });
  context.diagnostic(`milliseconds: ${JSON.stringify(millis)}; ${nodes} nodes`);
});

test("thousands of cards come a hundred at a time", async () => {
  const page = await tabWithMany("#/?view=cards");
  const cards = page.getByRole("list", { name: "Repositories" }).locator("[data-repository]");
  await eventually(async () => assert.equal(await cards.count(), 100));
  await page.getByRole("button", { name: "Show more: 3,900 other repositories" }).click();
  await eventually(async () => assert.equal(await cards.count(), 200));
});

test("the browser reported no errors", () => assert.deepEqual(setup.complaints.filter((each) => !/ERR_FAILED/.test(each)), []));
