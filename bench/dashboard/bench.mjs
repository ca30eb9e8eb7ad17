// Measures the dashboard while it is used: memory, frames, and how soon filter and sort answer.
import { parseArgs } from "node:util";

import { ManyRepositories } from "../../tests/browser/many_repositories.mjs";
import { MainThread, SHORTEST_MILLIS } from "./main_thread.mjs";
import { watchFrames } from "./watch_frames.mjs";

const { values } = parseArgs({
  options: { seconds: { type: "string", default: "600" }, repositories: { type: "string", default: "4000" }, rate: { type: "string", default: "20" } },
});
const [SECONDS, REPOSITORIES, RATE] = [Number(values.seconds), Number(values.repositories), Number(values.rate)];
const USE_EVERY_SECONDS = 10;  // how often the page is filtered and sorted
const MEMORY_AT = [0.1, 0.5, 1].map((share) => share * SECONDS);  // minutes 1, 5 and 10
const COLUMNS = ["Repository", "Last event", "Silence", "Window", "Per hour"];

// Events at the rate of the bench until it ends, whatever single ones take.
class Events {
  sent = 0;
  failed = 0;
  began = Date.now();
  timer = setInterval(() => this.send(), 1_000 / RATE);

  constructor(many) {
    this.many = many;
  }

  send() {
    for (const due = ((Date.now() - this.began) / 1_000) * RATE; this.sent < due; this.sent++) this.many.happen().catch(() => this.failed++);
  }

  stop() {
    clearInterval(this.timer);
  }
}

class Page {
  static async open(many) {
    const bench = new Page();
    const { setup } = many;
    bench.tab = await setup.tab({ place: null });
    await bench.tab.addInitScript(watchFrames);
    await bench.tab.goto(`${setup.url}/#/?sort=name`);
    await bench.tab.getByRole("group", { name: `Table of ${REPOSITORIES.toLocaleString("en")} repositories` }).waitFor();
    await bench.tab.getByText("Live", { exact: true }).waitFor();
    bench.devtools = await bench.tab.context().newCDPSession(bench.tab);
    await bench.devtools.send("Performance.enable");
    await bench.devtools.send("HeapProfiler.enable");
    await bench.waitUntilWindowsAreKnown();
    return bench;
  }

  // The rows are filled when the statistics have come.
  async waitUntilWindowsAreKnown() {
    await this.tab.waitForFunction(() => /^[\d,]+$/.test(document.querySelector("tbody tr[data-repository] td:nth-last-child(3)")?.textContent ?? ""));
  }

  async memory() {
    for (let round = 0; round < 3; round++) await this.devtools.send("HeapProfiler.collectGarbage");
    const { metrics } = await this.devtools.send("Performance.getMetrics");
    const found = (name) => metrics.find((metric) => metric.name === name).value;
    const elements = await this.tab.evaluate(() => document.querySelectorAll("*").length);
    return { heap: found("JSHeapUsedSize") / 1e6, nodes: found("Nodes"), elements, listeners: found("JSEventListeners") };
  }

  // Filters by name, key by key, and takes the filter back; sorts by some columns, in both directions. Types into a field that nothing
  // listens to: what the browser alone needs from key to paint.
  async use() {
    await this.tab.evaluate(() => {
      const field = document.querySelector("#field-alone") ?? Object.assign(document.createElement("input"), { id: "field-alone", style: "position: fixed; top: 0" });
      document.querySelector("main").append(field);
      field.focus();
    });
    for (const key of ["a", "b", "c", "Backspace", "Backspace", "Backspace"]) await this.press("alone", key);
    const filter = this.tab.getByLabel("Filter by name");
    await filter.focus();
    for (const key of ["r", "e", "p", "o", "-", "3", "9"]) await this.press("filter", key);
    for (let key = 0; key < 7; key++) await this.press("filter", "Backspace");
    for (const column of COLUMNS) {
      await this.tab.locator("thead").getByRole("button", { name: column, exact: true }).focus();
      await this.press("sort", "Enter");
      await this.press("sort", "Enter");
    }
  }

  async press(task, key) {
    await this.tab.evaluate((task) => (window.__bench.task = task), task);
    await this.tab.keyboard.press(key);
    await this.tab.waitForTimeout(150);  // as a fast typist; each answer is painted before the next key
  }

  // How many events the page says are stored.
  async stored() {
    return Number((await this.tab.locator(".summary b").last().innerText()).replaceAll(",", ""));
  }

  results() {
    return this.tab.evaluate(() => window.__bench.results());
  }
}

const pause = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
const number = (value, digits = 0) => value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
const row = (...cells) => process.stdout.write(`| ${cells.join(" | ")} |\n`);

function minutesOf(seconds) {
  return seconds >= 60 ? `minute ${number(seconds / 60)}` : `second ${number(seconds)}`;
}

// Of the keys whose answer took less than 16 ms the browser tells nothing.
function answersOf({ answers, pressed }, task) {
  return [...answers[task], ...Array.from({ length: Math.max(0, pressed[task] - answers[task].length) }, () => 0)];
}

function spread(name, list) {
  const sorted = [...list].sort((a, b) => a - b);
  const at = (share) => {
    const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
    return value === undefined ? "–" : value === 0 ? "under 16" : number(value, 1);
  };
  row(name, number(sorted.length), at(0.5), at(0.99), at(1));
}

function report({ memory, frames, tasks, events, shown }) {
  process.stdout.write(`\n${number(REPOSITORIES)} repositories, ${number(events.sent)} events in ${number(SECONDS)} s, ${number(shown)} of them counted by the page\n\n`);
  row("", ...memory.map(({ at }) => minutesOf(at)));
  row("---", ...memory.map(() => "---"));
  row("JavaScript heap after garbage collection (MB)", ...memory.map(({ heap }) => number(heap, 1)));
  row("DOM nodes, with detached ones", ...memory.map(({ nodes }) => number(nodes)));
  row("elements of the page", ...memory.map(({ elements }) => number(elements)));
  row("event listeners", ...memory.map(({ listeners }) => number(listeners)));
  process.stdout.write("\n");
  row("milliseconds", "number", "median", "99 %", "longest");
  row("---", "---", "---", "---", "---");
  spread("filter: key press to next paint", answersOf(frames, "filter"));
  spread("sort: key press to next paint", answersOf(frames, "sort"));
  spread("a field that does nothing: key press to next paint", answersOf(frames, "alone"));
  spread("from frame to frame", frames.gaps);
  spread(`work of the main thread at a stretch, over ${SHORTEST_MILLIS} ms, in its processor time`, tasks);
  process.stdout.write(`\n${frames.gaps.filter((gap) => gap > 50).length} frames came more than 50 ms after the one before. ` +
    `The browser calls ${frames.long} frames long: more than 50 ms passed from the begin of their work to its end.\n`);
}

const many = await ManyRepositories.open(REPOSITORIES);
try {
  const page = await Page.open(many);
  const thread = new MainThread(many.setup.browser, page.tab);
  const before = await page.stored();
  const events = new Events(many);
  const memory = [];
  await page.use();  // code that runs for the first time is compiled
  await page.tab.evaluate(() => window.__bench.begin());
  await thread.begin();
  const began = Date.now();
  const passed = () => (Date.now() - began) / 1_000;
  for (let next = USE_EVERY_SECONDS; memory.length < MEMORY_AT.length; ) {
    if (passed() >= MEMORY_AT[memory.length]) {
      // The collection of garbage is no work of the page.
      await page.tab.evaluate(() => window.__bench.pause());
      await thread.pause();
      memory.push({ at: MEMORY_AT[memory.length], ...(await page.memory()) });
      await thread.begin();
      await page.tab.evaluate(() => window.__bench.begin());
    } else if (passed() >= next) {
      await page.use();
      next += USE_EVERY_SECONDS;
    } else {
      await pause(0.2);
    }
  }
  await thread.pause();
  events.stop();
  report({ memory, frames: await page.results(), tasks: thread.tasks, events, shown: (await page.stored()) - before });
  if (events.failed > 0) throw new Error(`${events.failed} events could not be created`);
} finally {
  await many.close();
}
