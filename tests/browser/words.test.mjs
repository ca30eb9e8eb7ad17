// Tests the words for what GitHub's own names do not say, and names that are longer than their place.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { card, eventually, Setup } from "./harness.mjs";

const ENDS = ["-alpha", "-omega"];  // names that differ only at their ends
const LONG_NAMES = ENDS.map((end) => `acme/${"a-name-of-some-length-".repeat(4)}${end}`);
const REPOS = ["acme/rocket", ...LONG_NAMES];
let setup;
before(async () => {
  setup = await Setup.open({ sim: ["--seed", "7", ...REPOS.flatMap((name) => ["--synthetic", `${name}=20`])], repos: REPOS });
  await setup.simulate("POST", "repos/acme/rocket/events", [{ type: "WatchEvent", actor: "ada" }, { type: "WatchEvent", actor: "grace" }]);
});
after(() => setup?.close());
afterEach(() => setup?.closeTabs());

test("GitHub's WatchEvent is a star on every page, and nowhere a watch", async () => {
  const page = await setup.tab({ place: "#/repos/acme/rocket" });
  const region = (name) => page.getByRole("region", { name });
  await region("Time between events").getByText("Star", { exact: true }).waitFor();
  await region("Timeline").getByRole("button", { name: "Star" }).waitFor();
  await region("Latest events").getByText(/starred/).first().waitFor();
  for (const place of ["#/repos/acme/rocket", "#/", "#/?view=table", "#/alerts", "#/poller"]) {
    await page.goto(`${setup.url}/${place}`);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await eventually(async () => assert.ok((await page.locator("main").innerText()).length > 100, "the page is filled"));
    const words = await page.evaluate(() => document.body.innerText + [...document.querySelectorAll("[title], [aria-label]")].map((each) => `${each.title} ${each.ariaLabel}`).join(" "));
    assert.doesNotMatch(words, /\bWatch(Event)?\b|\bwatch(es)?\b/, place);
  }
});

for (const [view, place] of Object.entries({ cards: "#/", table: "#/?view=table" })) {
  test(`as ${view}, a long name is cut in the middle: both ends are seen, at every width`, async () => {
    const page = await setup.tab({ place });
    for (const name of LONG_NAMES) await card(page, name).waitFor();
    for (const width of [1280, 375]) {
      await page.setViewportSize({ width, height: 900 });
      for (const [index, name] of LONG_NAMES.entries()) {
        const link = card(page, name).getByRole("link", { name, exact: true }).first();
        assert.equal(await link.getAttribute("title"), name);
        const end = link.locator(".name-end");
        assert.ok((await end.innerText()).endsWith(ENDS[index]));
        await eventually(async () => {
          const [whole, start, last] = await Promise.all([link.boundingBox(), link.locator(".name-start").boundingBox(), end.boundingBox()]);
          assert.ok(last.x + last.width <= whole.x + whole.width + 1, `the end of ${name} is inside at ${width} px`);
          assert.ok(start.width > 30 && start.x + start.width <= last.x + 1, `the begin of ${name} is seen at ${width} px`);
          const hidden = await link.locator(".name-start").evaluate((element) => element.scrollWidth > element.clientWidth);
          assert.ok(hidden, "the middle is left out");
        });
      }
    }
  });
}

test("the browser reported no errors", () => assert.deepEqual(setup.complaints, []));
