// Tests every page in both themes and in many widths: axe finds no serious barrier, and nothing is wider than the screen.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { barriers, eventually, mustFit, Setup } from "./harness.mjs";

const PAGES = {
  overview: { place: "#/", ready: (page) => page.getByRole("list", { name: "Average time between events, by type" }).first() },
  repository: { place: "#/repos/acme/rocket", ready: (page) => page.getByRole("region", { name: "Latest events" }).getByRole("listitem").first() },
  compare: { place: "#/compare?repos=acme/rocket,acme/anvil", ready: (page) => page.getByRole("img", { name: /^2 lines from/ }) },
  poller: { place: "#/poller", ready: (page) => page.getByText("of 5,000 left") },
  alerts: { place: "#/alerts", ready: (page) => page.getByText("No alerts yet.") },
  unknown: { place: "#/nothing/here", ready: (page) => page.getByText("Page not found") },
  "sign-in": { place: "#/", key: null, ready: (page) => page.getByLabel("API key") },
};
const LONG_NAME = `acme/${"a-long-name-".repeat(9).slice(0, 100)}`;  // as long as GitHub allows

let setup;
before(async () => {
  setup = await Setup.open({ sim: ["--seed", "7", ...["acme/rocket=60", "acme/anvil=6", `${LONG_NAME}=20`].flatMap((activity) => ["--synthetic", activity])], repos: ["acme/rocket", "acme/anvil", LONG_NAME] });
  await setup.api("repos/", { method: "POST", body: { full_name: "acme/no-such-thing" } });
  await setup.api("repos/acme/anvil/deactivate", { method: "POST" });
});
after(() => setup?.close());
afterEach(() => setup?.closeTabs());

async function show(name, options) {
  const { place, key, ready } = PAGES[name];
  const page = await setup.tab({ place, ...(key === null ? { key } : {}), ...options });
  await ready(page).waitFor();
  return page;
}

for (const theme of ["light", "dark"]) {
  for (const name of Object.keys(PAGES)) {
    test(`axe finds nothing serious on the page ${name} in ${theme}`, async () => {
      const page = await show(name, { theme, reducedMotion: "reduce" });
      assert.deepEqual(await barriers(page), []);
    });
  }
}

test("axe finds nothing serious in dialogs and messages", async () => {
  const page = await show("overview", { reducedMotion: "reduce" });
  await page.getByRole("button", { name: "Add repository" }).click();
  assert.deepEqual(await barriers(page), []);
  await page.getByLabel("Repository", { exact: true }).fill("acme/anvil");
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await page.getByText(/acme\/anvil was added/).waitFor();
  assert.deepEqual(await barriers(page), []);
  await page.getByRole("button", { name: "Remove acme/anvil" }).click();
  assert.deepEqual(await barriers(page), []);
});

test("no page is wider than a screen of 375 to 2,560 px", async () => {
  for (const name of Object.keys(PAGES)) {
    const page = await show(name, { width: 2560 });
    for (const width of [2560, 1280, 768, 375]) await mustFit(page, width);
  }
});

test("the theme follows the system until the reader chooses one, and is remembered", async () => {
  const page = await show("overview", { theme: "dark" });
  const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const dark = await background();
  await page.getByRole("button", { name: /^Theme: system/ }).click();
  await page.getByRole("button", { name: /^Theme: light/ }).waitFor();
  await eventually(async () => assert.notEqual(await background(), dark));
  await page.reload();
  await page.getByRole("button", { name: /^Theme: light/ }).click();
  await eventually(async () => assert.equal(await background(), dark));
});

test("the browser reported no errors", () => assert.deepEqual(setup.complaints, []));
