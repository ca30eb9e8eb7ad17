// Tests adding, activating, deactivating and removing repositories, with mouse and keyboard.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { ADMIN_KEY, card, eventually, Setup } from "./harness.mjs";

let setup;
before(async () => {
  setup = await Setup.open({
    sim: ["--seed", "7", ...["rocket", "anvil", "skates", "spring"].flatMap((name) => ["--synthetic", `acme/${name}=30`])],
    serve: ["--max-active", "2"],
  });
});
after(() => setup?.close());
afterEach(() => setup?.closeTabs());

async function add(page, name, { active = true } = {}) {
  await page.getByRole("button", { name: "Add repository" }).first().click();
  await page.getByLabel("Repository", { exact: true }).fill(name);
  await page.getByLabel("Start polling now").setChecked(active);
  await page.getByRole("button", { name: "Add", exact: true }).click();
}

test("without repositories the page says how to begin", async () => {
  const page = await setup.tab();
  await page.getByRole("heading", { name: "No repositories yet" }).waitFor();
  const reader = await setup.tab({ key: setup.readKey });
  await reader.getByText("Ask somebody with an admin key").waitFor();
  const poller = await setup.tab({ place: "#/poller" });
  await poller.getByText("Nothing to poll yet.", { exact: true }).waitFor();
});

test("a repository is added by name and by address, polled at once, and its card fills", async () => {
  const page = await setup.tab();
  await add(page, "acme/rocket");
  await page.getByText("acme/rocket was added and is being polled.").waitFor();
  await card(page, "acme/rocket").getByText(/^\d+ events in /).waitFor();
  await card(page, "acme/rocket").getByRole("img", { name: /events in .*, at most/ }).waitFor();
  await add(page, "https://github.com/acme/anvil");
  await card(page, "acme/anvil").getByText(/^\d+ events in /).waitFor();
});

test("an invalid name is explained in the dialog, which stays open", async () => {
  const page = await setup.tab({ allow: [/422/] });
  await add(page, "no name at all");
  const problem = page.getByRole("dialog").getByRole("alert");
  await page.waitForFunction(() => document.querySelector("dialog [role=alert]")?.textContent.length > 10);
  assert.match(await problem.innerText(), /OWNER\/REPO|owner\/name/i);
  await page.getByLabel("Repository", { exact: true }).fill("");
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await page.getByText("Please enter a repository.").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
});

test("at the limit of active repositories the page says so, and offers to add the repository without polling", async () => {
  const page = await setup.tab({ allow: [/409/] });
  await card(page, "acme/anvil").waitFor();
  await add(page, "acme/skates");
  await page.getByRole("dialog").getByText(/^The limit of 2 active repositories is reached\. Deactivate another repository first/).waitFor();
  await page.getByRole("button", { name: "Add without polling" }).click();
  await card(page, "acme/skates").getByText("Inactive", { exact: true }).waitFor();

  await page.getByRole("button", { name: "Activate acme/skates" }).click();
  await page.getByText(/acme\/skates could not be activated\. The limit of 2 active/).waitFor();
  await page.getByRole("button", { name: "Deactivate acme/anvil" }).click();
  await page.getByText("acme/anvil is no longer polled.").waitFor();
  await card(page, "acme/anvil").getByText("Inactive", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Activate acme/skates" }).click();
  await card(page, "acme/skates").getByText("Active", { exact: true }).waitFor();
  await card(page, "acme/skates").getByText(/^\d+ events in /).waitFor();
});

test("a repository is removed only after a confirmation", async () => {
  const page = await setup.tab();
  await page.getByRole("button", { name: "Remove acme/anvil" }).click();
  await page.getByRole("dialog").getByText(/This also deletes its \d+ stored events/).waitFor();
  await page.getByRole("button", { name: "Keep it" }).click();
  await card(page, "acme/anvil").waitFor();
  await page.getByRole("button", { name: "Remove acme/anvil" }).click();
  await page.getByRole("button", { name: "Remove", exact: true }).click();
  await card(page, "acme/anvil").waitFor({ state: "detached" });
  assert.ok(!(await setup.api("repos/")).some((repository) => repository.full_name === "acme/anvil"));
});

test("a repository is asked at once from its page, with an admin key alone", async () => {
  const page = await setup.tab({ place: "#/repos/acme/rocket" });
  await page.getByRole("button", { name: "Ask now" }).click();
  await page.getByText(/^GitHub (is|will be) asked for acme\/rocket /).waitFor();
  const reader = await setup.tab({ key: setup.readKey, place: "#/repos/acme/rocket" });
  await reader.getByRole("heading", { name: "Time between events" }).waitFor();
  assert.equal(await reader.getByRole("button", { name: "Ask now" }).count(), 0);
});

test("a page shows changes that others make", async () => {
  const page = await setup.tab({ place: "#/repos/acme/rocket" });
  await page.getByRole("heading", { name: "Time between events" }).waitFor();
  await page.getByRole("button", { name: "Remove acme/rocket" }).click();
  await page.getByRole("button", { name: "Remove", exact: true }).click();
  await page.getByText("acme/rocket is not on this server").waitFor();
  await page.getByRole("link", { name: "All repositories" }).click();
  await card(page, "acme/skates").waitFor();
});

test("everything can be done with the keyboard alone", async () => {
  const page = await setup.tab({ key: null });
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute("aria-label") || document.activeElement?.textContent || "");
  const tabTo = async (name) => {
    for (let steps = 0; steps < 200; steps++) {
      if (name.test(await focused())) return;
      await page.keyboard.press("Tab");
    }
    assert.fail(`no Tab leads to ${name}`);
  };
  await page.waitForFunction(() => document.activeElement?.id === "key");
  await page.keyboard.type(ADMIN_KEY);
  await page.keyboard.press("Enter");
  await card(page, "acme/skates").waitFor();
  await tabTo(/^\s*Add repository/);
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.activeElement?.id === "add-name");
  await page.keyboard.type("acme/spring");
  await page.keyboard.press("Enter");
  await card(page, "acme/spring").getByText("Active", { exact: true }).waitFor();
  await tabTo(/^Deactivate acme\/spring/);
  await page.keyboard.press("Space");
  await card(page, "acme/spring").getByText("Inactive", { exact: true }).waitFor();
  await tabTo(/^Remove acme\/spring/);
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await eventually(async () => assert.match(await focused(), /^Remove acme\/spring/, "the focus returns to where it was"));
  await tabTo(/^Skip to the content/);
  await page.keyboard.press("Enter");
  await eventually(async () => assert.equal(await focused(), "Repositories"));
  await tabTo(/^acme\/skates/);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Time between events" }).waitFor();
  await page.waitForFunction(() => document.activeElement?.tagName === "H1");
  await tabTo(/^\s*Download/);
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Statistics as CSV" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Statistics as CSV" }).waitFor({ state: "hidden" });
  await tabTo(/^24 h/);
  await page.keyboard.press("Space");
  await page.getByRole("button", { name: "24 h", pressed: true }).waitFor();
});

test("the browser reported no errors", () => assert.deepEqual(setup.complaints, []));
