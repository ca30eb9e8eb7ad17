// Takes the screenshots of the documentation, with the simulator's built-in activity. That covers two days only, so its
// events are repeated with earlier times to fill four weeks, fewer of them at weekends and at night.
import { mkdir, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { Setup } from "./harness.mjs";

const IMAGES = fileURLToPath(new URL("../../docs/images", import.meta.url));
const REPOS = ["autoscaler", "helm", "kops", "minikube", "test-infra"].map((name) => `kubernetes/${name}`);
const BYTES_MAX = 300_000;
const DAY_MILLIS = 86_400_000;
const LOOK = { width: 1280, height: 900, deviceScaleFactor: 1.2, timezoneId: "UTC", reducedMotion: "reduce" };
const LAPS = 14;  // of two days each

// mulberry32: two runs differ only by their time.
function randomNumbers(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

async function feedOf(github, name) {
  const events = [];
  for (let page = 1; page <= 3; page++) {
    const response = await fetch(`${github}/repos/${name}/events?per_page=100&page=${page}`);
    if (response.ok) events.push(...(await response.json()));
  }
  return events;
}

function repeatedEarlier(events, random) {
  const history = [];
  let id = 1_000_000_000;
  for (let lap = 1; lap <= LAPS; lap++) {
    for (const event of events) {
      const at = new Date(Date.parse(event.created_at) - 2 * lap * DAY_MILLIS + (random() - 0.5) * 3_600_000);
      const [day, hour] = [at.getUTCDay(), at.getUTCHours()];
      const share = (day === 0 || day === 6 ? 0.25 : 0.9) * (hour >= 2 && hour < 12 ? 0.3 : 1);
      if (random() < share) history.push({ ...event, id: String(id++), created_at: at.toISOString().replace(/\.\d+/, "") });
    }
  }
  return history;
}

const feeds = new Map();

async function importHistory(setup) {
  const random = randomNumbers(1);
  const lines = [];
  for (const name of REPOS) {
    const events = await feedOf(setup.github.url, name);
    feeds.set(name, events);
    const newest = events.filter((event) => Date.parse(event.created_at) > Date.now() - 2 * DAY_MILLIS);
    lines.push(...events, ...repeatedEarlier(newest, random));
  }
  const file = path.join(setup.folder, "history.json");
  await writeFile(file, lines.map((event) => `${JSON.stringify(event)}\n`).join(""));
  await setup.repopulse("import", "--store", setup.store, ...REPOS.flatMap((name) => ["--repo", name]), file);
}

async function watch(minutes) {
  const serve = ["--policy", "adaptive", "--freshness", "30s"];
  const setup = await Setup.open({ sim: ["--speed", "1"], serve, repos: REPOS, beforeServe: importHistory });
  const poller = await setup.tab({ ...LOOK, place: "#/poller", height: 1480 });  // it lists the polls since it was opened
  const random = randomNumbers(2);
  for (const end = Date.now() + minutes * 60_000; Date.now() < end; ) {
    await repeatEvent(setup, random);
    await poller.waitForTimeout(25_000);
  }
  return { setup, poller };
}

// Creates an event now that repeats an old one.
async function repeatEvent(setup, random) {
  const name = REPOS[Math.floor(random() * REPOS.length)];
  const feed = feeds.get(name);
  const event = feed[Math.floor(random() * feed.length)];
  const createdAt = new Date().toISOString().replace(/\.\d+/, "");
  await setup.simulate("POST", `repos/${name}/events`, { ...event, id: String(3_000_000_000 + Math.floor(Date.now() / 1000)), created_at: createdAt });
}

async function take(setup, name, { ready, ...look }) {
  const page = await setup.tab({ ...LOOK, ...look });
  await ready(page).waitFor();
  await page.getByText("Live", { exact: true }).waitFor();
  await page.waitForTimeout(2_500);  // until all events of the window are loaded
  await save(page, name);
}

async function save(page, name) {
  const file = path.join(IMAGES, `${name}.png`);
  await page.screenshot({ path: file });
  const { size } = await stat(file);
  if (size > BYTES_MAX) throw new Error(`${file} has ${size} bytes, more than ${BYTES_MAX}`);
  process.stdout.write(`${file}: ${size} bytes\n`);
}

const ready = {
  overview: (page) => page.getByRole("list", { name: "Average time between events, by type" }).nth(4),
  repository: (page) => page.getByRole("region", { name: "Latest events" }).getByRole("listitem").first(),
  compare: (page) => page.getByRole("img", { name: /^5 lines from/ }),
};

const { setup, poller } = await watch(Number(process.argv[2] ?? 15));
try {
  await mkdir(IMAGES, { recursive: true });
  await take(setup, "overview", { place: "#/", ready: ready.overview });
  await take(setup, "overview-dark", { place: "#/", theme: "dark", ready: ready.overview });
  await take(setup, "repository", { place: "#/repos/kubernetes/kops", height: 1300, ready: ready.repository });
  await take(setup, "repository-dark", { place: "#/repos/kubernetes/kops", theme: "dark", height: 1300, ready: ready.repository });
  await take(setup, "compare", { place: `#/compare?repos=${REPOS.join(",")}&range=month`, height: 960, ready: ready.compare });
  await take(setup, "phone", { place: "#/", width: 375, height: 812, ready: ready.overview });
  await save(poller, "poller");
} finally {
  await setup.close();
}
