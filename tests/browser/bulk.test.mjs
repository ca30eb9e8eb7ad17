// Tests adding many repositories from a list, and activating and deactivating several.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { barriers, card, eventually, mustFit, Setup } from "./harness.mjs";

const NAMES = ["anvil", "rocket", "skates", "spring"].map((name) => `acme/${name}`);
let setup;
before(async () => {
  setup = await Setup.open({ sim: ["--seed", "7", ...NAMES.flatMap((name) => ["--synthetic", `${name}=30`])], serve: ["--max-active", "3"] });
});
after(() => setup?.close());
afterEach(() => setup?.closeTabs());

const dialog = (page) => page.getByRole("dialog");
const active = async () => (await setup.api("repos/active/")).map((repository) => repository.full_name);

async function openList(page, text) {
  await page.getByRole("button", { name: "Add repository" }).first().click();
  await page.getByRole("button", { name: "Add several" }).click();
  await page.getByLabel("Repositories, one a line").fill(text);
}

test("a pasted list becomes many lines, and what is wrong is said line by line", async () => {
  const page = await setup.tab({ allow: [/422/], reducedMotion: "reduce" });
  await page.getByRole("button", { name: "Add repository" }).first().click();
  await page.getByLabel("Repository", { exact: true }).evaluate((input) => {
    const data = new DataTransfer();
    data.setData("text/plain", "# tools\nacme/anvil\nno name at all\nhttps://github.com/acme/rocket\n<img src=x onerror=window.__ran=1>\n");
    input.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  });
  await dialog(page).getByText("4 repositories", { exact: true }).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.id), "add-names");
  await page.getByRole("button", { name: "Add", exact: true }).click();
  const problem = dialog(page).getByRole("alert");
  await problem.getByText("Nothing was added: 2 lines cannot be read.").waitFor();
  await problem.getByText(/^Line 3, “no name at all”: .{10}/).waitFor();
  await problem.getByText(/^Line 5, “<img src=x/).waitFor();
  assert.deepEqual(await setup.api("repos/"), []);
  assert.deepEqual(await barriers(page), []);
  for (const width of [1280, 375]) await mustFit(page, width);

  await page.getByRole("button", { name: "Remove these lines" }).click();
  await dialog(page).getByText("2 repositories", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await page.getByText("2 repositories were added and polling has begun.").waitFor();
  for (const name of ["acme/anvil", "acme/rocket"]) await card(page, name).getByText(/^\d+ events in /).waitFor();
  assert.equal(await page.evaluate(() => window.__ran), undefined);
});

test("a list beyond the limit of active repositories is added without polling, and says what was there already", async () => {
  const page = await setup.tab({ allow: [/409/] });
  await card(page, "acme/anvil").waitFor();
  await openList(page, NAMES.join("\n"));
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await dialog(page).getByText(/^The limit of 3 active repositories is reached/).waitFor();
  await page.getByRole("button", { name: "Add without polling" }).click();
  await page.getByText("2 repositories were added. 2 were on this server already.").waitFor();
  await card(page, "acme/spring").getByText("Inactive", { exact: true }).waitFor();
});

test("an empty list and one that is too long are not sent", async () => {
  const page = await setup.tab();
  await card(page, "acme/anvil").waitFor();
  await openList(page, "# nothing\n\n");
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await dialog(page).getByText("Please enter a repository.").waitFor();
  await page.getByLabel("Repositories, one a line").fill(Array.from({ length: 1_001 }, (_, index) => `acme/r${index}`).join("\n"));
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await dialog(page).getByText("These are 1,001 repositories; at most 1,000 are added at once.").waitFor();
});

test("several repositories are deactivated and activated, with the keyboard, up to the limit", async () => {
  const page = await setup.tab({ place: "#/?view=table&sort=name", allow: [/409/], reducedMotion: "reduce" });
  const all = page.getByRole("checkbox", { name: "Select all 4 repositories of this list" });
  await all.focus();
  await page.keyboard.press("Space");
  const bar = page.getByRole("group", { name: "Selected repositories" });
  await bar.getByText("4 repositories selected").waitFor();
  assert.deepEqual(await barriers(page), []);
  for (const width of [1280, 375]) await mustFit(page, width);
  await bar.getByRole("button", { name: "Deactivate" }).click();
  await page.getByText("2 repositories were deactivated.").waitFor();
  await bar.waitFor({ state: "detached" });
  assert.deepEqual(await active(), []);

  await page.getByRole("checkbox", { name: "Select acme/rocket" }).check();
  await bar.getByText("1 repository selected").waitFor();
  assert.equal(await all.evaluate((box) => box.indeterminate), true);
  await all.check();
  await bar.getByRole("button", { name: "Activate", exact: true }).click();
  await page.getByText(/^3 of 4 repositories were activated\. acme\/\w+: The limit of 3 active repositories is reached\./).waitFor();
  await eventually(async () => assert.equal((await active()).length, 3));
  await bar.getByRole("button", { name: "Clear the selection" }).click();
  await bar.waitFor({ state: "detached" });
});

test("what the filter hides is not changed", async () => {
  const page = await setup.tab({ place: "#/?view=table&sort=name" });
  await page.getByRole("checkbox", { name: "Select all 4 repositories of this list" }).check();
  await page.getByLabel("Filter by name").fill("anvil");
  await page.getByText("1 repository selected").waitFor();
  const before = await active();
  await page.getByRole("button", { name: "Deactivate", exact: true }).click();
  await page.getByText(/1 repository was deactivated\.|inactive already/).waitFor();
  assert.deepEqual(await active(), before.filter((name) => name !== "acme/anvil"));
});

test("a reader selects repositories to compare them, and changes nothing", async () => {
  const page = await setup.tab({ place: "#/?view=table", key: setup.readKey });
  await page.getByRole("checkbox", { name: "Select acme/rocket" }).check();
  const bar = page.getByRole("group", { name: "Selected repositories" });
  await bar.getByRole("link", { name: "Compare" }).waitFor();
  for (const name of ["Activate", "Deactivate"]) assert.equal(await bar.getByRole("button", { name, exact: true }).count(), 0);
});

test("the browser reported no errors", () => assert.deepEqual(setup.complaints, []));
