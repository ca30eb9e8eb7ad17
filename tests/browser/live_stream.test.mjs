// Tests that a page over many repositories costs the same however long it is open: what it keeps and what it does, counted for each message
// of the stream. How long that takes is measured by bench/dashboard.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { eventually } from "./harness.mjs";
import { ManyRepositories } from "./many_repositories.mjs";

const REPOSITORIES = 150;  // more than the page shows as cards
const EVENTS = 400;
let many;
before(async () => (many = await ManyRepositories.open(REPOSITORIES)));
after(() => many?.close());
afterEach(() => many?.setup.closeTabs());

const stored = (page) => page.locator(".summary b").last().innerText();

async function open(place) {
  const page = await many.setup.tab({ place: null });
  const asked = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await page.goto(`${many.setup.url}/${place}`);
  await page.getByText("Live", { exact: true }).waitFor();
  await eventually(async () => assert.match(await stored(page), /^[\d,]+$/));
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Performance.enable");
  const counts = async () => {
    for (let round = 0; round < 3; round++) await devtools.send("HeapProfiler.collectGarbage");
    const { metrics } = await devtools.send("Performance.getMetrics");
    const found = (name) => metrics.find((metric) => metric.name === name).value;
    return { nodes: found("Nodes"), listeners: found("JSEventListeners"), elements: await page.evaluate(() => document.querySelectorAll("*").length) };
  };
  return { page, asked, counts };
}

// Has events happen, and waits until the page has counted nearly all: after a read in vain, a hint waits for a minute.
async function happen(page, events) {
  const shown = async () => Number((await stored(page)).replaceAll(",", ""));
  const before = await shown();
  for (let event = 0; event < events; event++) await many.happen();
  await eventually(async () => {
    const now = await shown();
    assert.ok(now >= before + 0.9 * events, `${now - before} of ${events} events are counted`);
  });
}

// Counts the rows that are made.
function watchRows() {
  window.__rowsMade = 0;
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) window.__rowsMade += [...addedNodes].filter((node) => node instanceof Element && node.matches("[data-repository]")).length;
  }).observe(document.querySelector("main"), { childList: true, subtree: true });
}

for (const [view, place] of Object.entries({ table: "#/?view=table&sort=name", cards: "#/?view=cards&sort=name" })) {
  test(`as ${view}, hundreds of events leave as many nodes and listeners as there were before`, async () => {
    const { page, counts } = await open(place);
    await happen(page, 100);  // whatever is shown once is there
    const before = await counts();
    await happen(page, EVENTS);
    const now = await counts();
    for (const kind of ["nodes", "listeners", "elements"]) {
      assert.ok(now[kind] < before[kind] * 1.1 + 100, `${kind}: ${before[kind]} before ${EVENTS} events, ${now[kind]} after`);
    }
  });
}

test("no row of the table is made anew for an event, and no events are loaded", async () => {
  const { page, asked } = await open("#/?view=table&sort=name");
  await happen(page, 50);
  await page.evaluate(watchRows);
  asked.length = 0;
  await happen(page, EVENTS);
  assert.equal(await page.evaluate(() => window.__rowsMade), 0);
  assert.deepEqual(asked.filter((path) => path.endsWith("/events/")), []);
});

test("the latest events are those of all repositories, shown or not", async () => {
  const { page } = await open("#/?view=cards&sort=name");
  const names = [];
  for (let event = 0; event < 30; event++) names.push(await many.happen());
  const lines = page.getByRole("region", { name: "Latest activity" }).getByRole("listitem");
  await eventually(async () => {
    const shown = await lines.locator(".event-meta a").allInnerTexts();
    assert.equal(shown.length, 25);
    for (const name of names.slice(-10)) assert.ok(shown.includes(name), `${name} among ${shown}`);
  });
});

test("the browser reported no errors", () => assert.deepEqual(many.setup.complaints, []));
