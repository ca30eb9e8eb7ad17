// Tests the page and badges where the server is open to everybody.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { ADMIN_KEY, Setup } from "./harness.mjs";

let setup;
before(async () => (setup = await Setup.open({ sim: ["--synthetic", "acme/rocket=20"], repos: ["acme/rocket"], serve: ["--public", "read"] })));
after(() => setup?.close());
afterEach(() => setup?.closeTabs());

test("a visitor sees everything without a key, and gets no buttons that change something", async () => {
  const page = await setup.tab({ key: null });
  await page.getByRole("link", { name: "acme/rocket" }).first().waitFor();
  await page.getByText("Live", { exact: true }).waitFor();
  for (const name of [/^Add repository/, /^Deactivate/, /^Remove/]) assert.equal(await page.getByRole("button", { name }).count(), 0, `a button ${name}`);
  await page.goto(`${setup.url}/#/repos/acme/rocket`);
  await page.getByRole("heading", { name: "Time between events" }).waitFor();
  await page.goto(`${setup.url}/#/poller`);
  await page.getByText("of 5,000 left").waitFor();
});

test("a visitor may sign in, and come back as a visitor", async () => {
  const page = await setup.tab({ key: null });
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByLabel("API key").fill(ADMIN_KEY);
  await page.keyboard.press("Enter");
  await page.getByText("admin", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("button", { name: "Continue without a key" }).click();
  await page.getByRole("link", { name: "acme/rocket" }).first().waitFor();
  assert.equal(await page.getByText("admin", { exact: true }).count(), 0);
});

// Opens a badge as an image of a page of its own, as a README shows it.
async function shown(page, query) {
  await page.setContent(`<img src="${setup.url}/badge/acme/rocket.svg?${query}" alt="badge">`);
  return page.evaluate(async () => {
    const image = document.querySelector("img");
    await image.decode();
    return { width: image.naturalWidth, height: image.naturalHeight };
  });
}

test("a badge is an image 20 px high, whatever its text", async () => {
  const page = await setup.tab({ key: null, place: null });
  const labels = ["pulse", "", "דופק", "نبض المستودع", "脈拍", "💓 pulse", "<script>alert(1)</script>", "x".repeat(500), "\u202Eevil\u2066"];
  for (const label of labels) {
    const { width, height } = await shown(page, new URLSearchParams({ label }));
    assert.equal(height, 20, label);
    assert.ok(width > 40 && width < 900, `${label} is ${width} px wide`);
  }
});

test("a badge that is opened by itself runs nothing and names what it says", async () => {
  const page = await setup.tab({ key: null, place: `badge/acme/rocket.svg?${new URLSearchParams({ label: "\"><script>document.title='run'</script>" })}` });
  assert.match(await page.evaluate(() => document.documentElement.getAttribute("aria-label")), /<script>.*: event every \d+ (s|min)/);
  assert.equal(await page.evaluate(() => document.querySelectorAll("script").length), 0);
  // No text is wider than its half.
  const boxes = await page.evaluate(() => [...document.querySelectorAll("text")].map((text) => text.getBBox()).map(({ x, width }) => ({ x, width })));
  const whole = await page.evaluate(() => document.documentElement.width.baseVal.value);
  assert.ok(boxes[0].x + boxes[0].width <= boxes[1].x, JSON.stringify(boxes));
  assert.ok(boxes[1].x + boxes[1].width <= whole, JSON.stringify(boxes));
});

test("the browser reported no errors", () => assert.deepEqual(setup.complaints, []));
