// Tests what the server sends for the page: size, time to the first paint, security headers.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { eventually, Setup } from "./harness.mjs";

const SCRIPT_BYTES_MAX = 150_000;

let setup;
before(async () => (setup = await Setup.open({ sim: ["--synthetic", "acme/rocket=60"], repos: ["acme/rocket"] })));
after(() => setup?.close());
afterEach(() => setup?.closeTabs());

test("the script is under 150 kB compressed", async (context) => {
  const page = await setup.tab({ place: null });
  const client = await page.context().newCDPSession(page);
  await client.send("Network.enable");
  const types = new Map();
  let script = 0;
  let all = 0;
  client.on("Network.responseReceived", ({ requestId, type }) => types.set(requestId, type));
  client.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    all += encodedDataLength;
    if (types.get(requestId) === "Script") script += encodedDataLength;
  });
  await page.goto(setup.url);
  await page.getByRole("link", { name: "acme/rocket" }).first().waitFor();
  await eventually(() => assert.ok(script > 10_000, "scripts were seen"));
  context.diagnostic(`${script} bytes of script, ${all} in all`);
  assert.ok(script < SCRIPT_BYTES_MAX, `${script} bytes of script`);
});

test("the first paint is measured", async (context) => {
  const page = await setup.tab();
  const paint = await page.waitForFunction(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime);
  context.diagnostic(`first contentful paint after ${Math.round(await paint.jsonValue())} ms`);
});

test("the Content-Security-Policy forbids everything that the page does not need", async () => {
  const response = await fetch(`${setup.url}/`);
  const policy = response.headers.get("Content-Security-Policy");
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /frame-ancestors 'none'/);
  assert.doesNotMatch(policy, /unsafe|https?:|\*/);
  assert.equal(response.headers.get("X-Content-Type-Options"), "nosniff");
});

test("the page of the API documentation works under its policy too", async () => {
  const page = await setup.tab({ place: "api/docs" });
  await page.getByRole("heading", { name: /repopulse/i }).first().waitFor();
});

test("the API documentation is as dark as the dashboard, takes its key over and leads back", async () => {
  const brightness = (page) => page.evaluate(() => Math.max(...getComputedStyle(document.documentElement).backgroundColor.match(/\d+/g).slice(0, 3).map(Number)));
  const page = await setup.tab({ theme: "dark" });
  await page.getByRole("link", { name: "API", exact: true }).click();
  await page.getByRole("heading", { name: /repopulse/i }).first().waitFor();
  assert.ok((await brightness(page)) < 80, "dark");
  // A request from the page carries the key.
  await page.locator(".authorize.locked").waitFor();
  await page.locator(".opblock-summary-path[data-path='/api/key']").click();
  await page.getByRole("button", { name: "Try it out" }).first().click();
  await page.getByRole("button", { name: "Execute" }).first().click();
  await page.getByText(/"role": "admin"/).first().waitFor();

  await page.emulateMedia({ colorScheme: "light" });
  await eventually(async () => assert.ok((await brightness(page)) > 200 || (await brightness(page)) === 0, "light"));
  await page.getByRole("link", { name: "Dashboard" }).click();
  await page.getByRole("heading", { level: 1, name: "Repositories" }).waitFor();
  await page.getByRole("button", { name: /^Theme: system/ }).click();
  await page.getByRole("button", { name: /^Theme: light/ }).click();
  await page.getByRole("link", { name: "API", exact: true }).click();
  await page.waitForFunction(() => document.documentElement.classList.contains("dark-mode"));
});

test("an inline script does not run", async () => {
  const page = await setup.tab({ allow: [/Content Security Policy|policy violated/] });
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "window.__ran = 1";
    document.body.append(script);
  });
  assert.equal(await page.evaluate(() => window.__ran), undefined);
});

test("the browser reported no errors", () => assert.deepEqual(setup.complaints, []));
