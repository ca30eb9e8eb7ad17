// Tests signing in and out, roles, and a revoked key.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { ADMIN_KEY, eventually, Setup } from "./harness.mjs";

let setup;
before(async () => (setup = await Setup.open({ sim: ["--synthetic", "acme/rocket=20"], repos: ["acme/rocket"] })));
after(() => setup?.close());
afterEach(() => setup?.closeTabs());

const stored = (page) => page.evaluate(() => ({ session: sessionStorage.getItem("repopulse.key"), local: JSON.stringify({ ...localStorage }), cookie: document.cookie }));

test("a wrong key is refused with an explanation, and not kept", async () => {
  const page = await setup.tab({ key: null, allow: [/401/] });
  await page.getByLabel("API key").fill("rp_0000_wrong");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("This key is not valid on this server").waitFor();
  assert.equal(await page.getByLabel("API key").getAttribute("aria-invalid"), "true");
  assert.equal((await stored(page)).session, null);
});

test("an empty key is refused", async () => {
  const page = await setup.tab({ key: null });
  await page.getByLabel("API key").fill("   ");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("Please enter a key.").waitFor();
});

test("an admin key signs in, is kept in the tab's session storage only, and survives a reload", async () => {
  const page = await setup.tab({ key: null });
  await page.getByLabel("API key").fill(` ${ADMIN_KEY} `);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Repositories", level: 1 }).waitFor();
  const { session, local, cookie } = await stored(page);
  assert.equal(session, ADMIN_KEY);
  assert.ok(!local.includes(ADMIN_KEY), `local storage holds ${local}`);
  assert.equal(cookie, "");
  assert.ok(!page.url().includes(ADMIN_KEY));
  await page.reload();
  await page.getByText("admin", { exact: true }).waitFor();

  const other = await page.context().newPage();
  await other.goto(setup.url);
  await other.getByLabel("API key").waitFor();

  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByLabel("API key").waitFor();
  assert.equal((await stored(page)).session, null);
});

test("a read key sees everything and gets no buttons that change something", async () => {
  const page = await setup.tab({ key: null });
  await page.getByLabel("API key").fill(setup.readKey);
  await page.keyboard.press("Enter");
  await page.getByText("read only").waitFor();
  await page.getByRole("link", { name: "acme/rocket" }).first().waitFor();
  for (const name of [/^Add repository/, /^Deactivate/, /^Remove/]) assert.equal(await page.getByRole("button", { name }).count(), 0, `a button ${name}`);
  await page.goto(`${setup.url}/#/repos/acme/rocket`);
  await page.getByRole("heading", { name: "Time between events" }).waitFor();
  for (const name of [/^Deactivate/, /^Remove/]) assert.equal(await page.getByRole("button", { name }).count(), 0, `a button ${name}`);
  await page.goto(`${setup.url}/#/poller`);
  await page.getByText("of 5,000 left").waitFor();
});

test("a key that is revoked returns the reader to sign-in", async () => {
  const key = await setup.repopulse("keys", "add", "--read", "--store", setup.store);
  const page = await setup.tab({ key: null, allow: [/401/] });
  await page.getByLabel("API key").fill(key);
  await page.getByRole("button", { name: "Sign in" }).click();
  // The server reads new keys every few seconds.
  await eventually(async () => {
    const again = page.getByRole("button", { name: "Sign in" });
    if (await again.isVisible()) await again.click({ timeout: 1_000 });
    await page.getByText("read only").waitFor({ timeout: 500 });
  });
  await setup.repopulse("keys", "revoke", key.split("_")[1], "--store", setup.store);
  await page.getByText("The server no longer accepts your key").waitFor();
  assert.equal((await stored(page)).session, null);
});

test("the browser reported no errors", () => assert.deepEqual(setup.complaints, []));
