// What every test of the page needs: a simulated GitHub, the real server and a real browser, each on a free port.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

import { chromium } from "playwright-core";

import { BUILD, start } from "../javascript/programs.mjs";

const CHROMIUM = process.env.REPOPULSE_CHROMIUM ?? "/usr/bin/chromium";
const CHROMIUM_FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
  "--disable-sync", "--force-color-profile=srgb",
];
const PATIENCE_MILLIS = 60_000;  // limit for steps that take well under a second on an idle machine

export const ADMIN_KEY = "admin-key-of-the-tests";
const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

// Repeats `attempt` until it does not throw, and returns its result.
export async function eventually(attempt, patience = PATIENCE_MILLIS) {
  const until = Date.now() + patience;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > until) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export class Setup {
  complaints = [];  // console errors and warnings, exceptions, dialogs, requests to other hosts

  // `sim` and `serve`: further parameters; `repos`: polled from the start; `beforeServe`: runs before the server starts.
  static async open({ sim = [], serve = [], repos = [], beforeServe = () => {} } = {}) {
    const setup = new Setup();
    try {
      setup.folder = await mkdtemp(path.join(tmpdir(), "repopulse-browser-"));
      setup.store = `sqlite:${path.join(setup.folder, "repopulse.db")}`;
      setup.github = await start("repopulse-sim", ["--poll-interval", "1", ...sim]);
      await beforeServe(setup);
      await setup.startServer({ serve, repos });
      setup.browser = await chromium.launch({ executablePath: CHROMIUM, args: CHROMIUM_FLAGS });
      for (const name of repos) await eventually(() => setup.mustHaveEvents(name));
    } catch (error) {
      await setup.close();  // programs that still run would keep the test from ending
      throw error;
    }
    return setup;
  }

  // Parameters in `serve` override those below.
  async startServer({ serve = [], repos = [] } = {}) {
    this.readKey ??= await this.repopulse("keys", "add", "--read", "--store", this.store);
    const chosen = repos.flatMap((name) => ["--repo", name]);
    this.server = await start("repopulse", [
      "serve", "--listen", "127.0.0.1:0", "--store", this.store, "--github-url", this.github.url, "--github-token", "token-of-the-tests",
      "--api-key", ADMIN_KEY, "--policy", "fixed", "--freshness", "1s", ...chosen, ...serve,
    ]);
    this.url = this.server.url;
  }

  async repopulse(...parameters) {
    return (await promisify(execFile)(path.join(BUILD, "repopulse"), parameters)).stdout.trim();
  }

  async close() {
    await this.browser?.close();
    await this.server?.stop();
    await this.github?.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  // Opens a tab with its own profile. `key`: signed in from the start. `allow`: console messages that the test expects.
  async tab({ key = ADMIN_KEY, place = "#/", theme = "light", width = 1280, height = 900, allow = [], ...more } = {}) {
    const context = await this.browser.newContext({ viewport: { width, height }, colorScheme: theme, ...more });
    context.setDefaultTimeout(PATIENCE_MILLIS);
    if (key) await context.addInitScript(`sessionStorage.setItem("repopulse.key", ${JSON.stringify(key)})`);
    await context.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (event) => console.error(`policy violated: ${event.violatedDirective} ${event.blockedURI}`));
    });
    const page = await context.newPage();
    this.listen(page, allow);
    if (place !== null) await page.goto(`${this.url}/${place}`);
    return page;
  }

  async closeTabs() {
    for (const context of this.browser.contexts()) {
      for (const page of context.pages()) {
        // A request that a test answers itself may be under way; from here on the server answers, which does not know what tests invent.
        for (const kind of ["console", "request"]) page.removeAllListeners(kind);
        await page.unrouteAll({ behavior: "ignoreErrors" });
      }
      await context.close();
    }
  }

  listen(page, allow) {
    const complain = (words) => {
      if (!allow.some((pattern) => pattern.test(words))) this.complaints.push(words);
    };
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) complain(`console: ${message.text()} (${message.location().url})`);
    });
    page.on("pageerror", (error) => complain(`exception: ${error.message}`));
    page.on("dialog", (dialog) => {
      complain(`dialog: ${dialog.message()}`);
      return dialog.dismiss();
    });
    page.on("request", (request) => {
      const url = request.url();
      if (!url.startsWith(`${this.url}/`) && !url.startsWith(`blob:${this.url}/`)) complain(`request elsewhere: ${url}`);
    });
  }

  // Controls the simulated GitHub.
  async simulate(method, place, body) {
    const response = await fetch(`${this.github.url}/_sim/${place}`, { method, ...(body ? { body: JSON.stringify(body) } : {}) });
    if (!response.ok) throw new Error(`_sim/${place} answered ${response.status}: ${await response.text()}`);
    return response.json();
  }

  async api(place, { method = "GET", body } = {}) {
    const response = await fetch(`${this.url}/api/${place}`, {
      method,
      headers: { "X-API-Key": ADMIN_KEY, ...(body ? { "Content-Type": "application/json" } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (!response.ok) throw new Error(`${method} api/${place} answered ${response.status}: ${await response.text()}`);
    return response.status === 204 ? null : response.json();
  }

  async mustHaveEvents(name) {
    const { events_stored: eventsStored } = await this.api(`repos/${name}`);
    if (eventsStored === 0) throw new Error(`${name} has no events yet`);
  }
}

// The file that the browser saves after a click.
export async function downloaded(page, click) {
  const [download] = await Promise.all([page.waitForEvent("download"), click()]);
  return { name: download.suggestedFilename(), text: await readFile(await download.path(), "utf8") };
}

// What axe finds on a page that is a serious barrier.
export async function barriers(page) {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(await readFile(AXE, "utf8"));
  const { violations, passes } = await page.evaluate(() => window.axe.run(document));
  if (passes.length <= 10) throw new Error("axe checked nothing");
  return violations
    .filter(({ impact }) => ["serious", "critical"].includes(impact))
    .map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => `${node.target.join(" ")} (${node.any[0]?.message ?? node.failureSummary})`).join("; ")}`);
}

export async function mustFit(page, width) {
  await page.setViewportSize({ width, height: 900 });
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  await eventually(async () => {
    const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (beyond > 0) throw new Error(`at ${width} px the page is ${beyond} px too wide`);
  });
}

export function card(page, name) {
  return page.locator(`[data-repository="${name}"]`);
}
