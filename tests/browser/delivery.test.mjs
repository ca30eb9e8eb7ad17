// What the server sends for the page, and how soon it shows.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { eventually, Stage } from "./harness.mjs";

const kScriptBytesMax = 150_000;

let stage;
before(async () => (stage = await Stage.open({ sim: ["--synthetic", "acme/rocket=60"], repos: ["acme/rocket"] })));
after(() => stage?.close());
afterEach(() => stage?.close_tabs());

test("the script is under 150 kB compressed", async (context) => {
  const page = await stage.tab({ place: null });
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
  await page.goto(stage.url);
  await page.getByRole("link", { name: "acme/rocket" }).first().waitFor();
  await eventually(() => assert.ok(script > 10_000, "scripts were seen"));
  context.diagnostic(`${script} bytes of script, ${all} in all`);
  assert.ok(script < kScriptBytesMax, `${script} bytes of script`);
});

test("the first paint is measured", async (context) => {
  const page = await stage.tab();
  const paint = await page.waitForFunction(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime);
  context.diagnostic(`first contentful paint after ${Math.round(await paint.jsonValue())} ms`);
});

test("the policy forbids everything that the page does not need", async () => {
  const response = await fetch(`${stage.url}/`);
  const policy = response.headers.get("Content-Security-Policy");
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /frame-ancestors 'none'/);
  assert.doesNotMatch(policy, /unsafe|https?:|\*/);
  assert.equal(response.headers.get("X-Content-Type-Options"), "nosniff");
});

test("the documentation's page works under its policy too", async () => {
  const page = await stage.tab({ place: "api/docs" });
  await page.getByRole("heading", { name: /repopulse/i }).first().waitFor();
});

test("a script from elsewhere, or within the page, would not run", async () => {
  const page = await stage.tab({ allow: [/Content Security Policy|policy violated/] });
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "window.__ran = 1";
    document.body.append(script);
  });
  assert.equal(await page.evaluate(() => window.__ran), undefined);
});

test("the browser had nothing to complain about", () => assert.deepEqual(stage.complaints, []));
