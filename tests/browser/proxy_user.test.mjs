// Tests the page for a user whom a proxy has signed in. The browser sends the proxy's header fields itself.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { Setup } from "./harness.mjs";

let setup;
before(async () => {
  setup = await Setup.open({
    sim: ["--synthetic", "acme/rocket=20"],
    repos: ["acme/rocket"],
    serve: [
      "--trusted-proxies", "127.0.0.1", "--proxy-auth-header", "X-Forwarded-User", "--proxy-auth-role-header", "X-Forwarded-Groups",
      "--proxy-auth-admin", "maintainers",
    ],
  });
});
after(() => setup?.close());
afterEach(() => setup?.closeTabs());

async function signedIn(user, groups = "") {
  const page = await setup.tab({ key: null, extraHTTPHeaders: { "X-Forwarded-User": user, "X-Forwarded-Groups": groups } });
  await page.getByRole("link", { name: "acme/rocket" }).first().waitFor();
  await page.getByText("Live", { exact: true }).waitFor();
  return page;
}

test("a user enters without a key, sees his name, and changes nothing", async () => {
  const page = await signedIn("ada", "writers");
  await page.getByRole("banner").getByText("ada", { exact: true }).waitFor();
  assert.equal(await page.getByRole("button", { name: /^Add repository/ }).count(), 0);
  assert.equal(await page.getByLabel("API key").count(), 0);
});

test("a user of the group that may change things adds a repository", async () => {
  const page = await signedIn("grace", "writers, maintainers");
  await page.getByRole("button", { name: "Add repository" }).first().click();
  await page.getByLabel("Repository", { exact: true }).fill("acme/lander");
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: "acme/lander" }).first().waitFor();
});

test("a long or hostile name does not widen or change the page", async () => {
  const page = await signedIn("<img src=x onerror=alert(1)>".repeat(8));
  await page.setViewportSize({ width: 375, height: 700 });
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wider <= 0, `the page is ${wider} px wider than the window`);
  assert.equal(await page.locator("img").count(), 0);
});

test("somebody whom the proxy does not name is asked for a key", async () => {
  const page = await setup.tab({ key: null });
  await page.getByLabel("API key").waitFor();
  assert.equal(await page.getByRole("button", { name: "Continue without a key" }).count(), 0);
});
