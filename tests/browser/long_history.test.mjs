// Tests the timeline of a repository with years of imported history.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { after, afterEach, before, test } from "node:test";

import { eventually, mustFit, Setup } from "./harness.mjs";

const NAME = "acme/old";
const DAYS = 1_000;
const A_DAY = 6;
let setup;
before(async () => {
  setup = await Setup.open({
    sim: ["--synthetic", `${NAME}=1e-9`],
    beforeServe: async ({ folder, store, repopulse }) => {
      const begin = Date.now() - DAYS * 86_400_000;
      const events = Array.from({ length: DAYS * A_DAY }, (_, index) => ({
        id: String(1_000_000 + index), type: index % 3 ? "PushEvent" : "ForkEvent", actor: { id: 1, login: "ada" }, repo: { id: 1, name: NAME }, payload: {}, public: true,
        created_at: new Date(begin + (index * 86_400_000) / A_DAY).toISOString().replace(/\.\d+/, ""),
      }));
      const file = path.join(folder, "history.json");
      await writeFile(file, events.map((event) => `${JSON.stringify(event)}\n`).join(""));
      await repopulse("import", "--store", store, "--repo", NAME, file);
    },
  });
});
after(() => setup?.close());
afterEach(() => setup?.closeTabs());

const timeline = (page) => page.getByRole("region", { name: "Timeline" });

test("“All” counts every event of years, though only the newest are loaded", async () => {
  const { events_stored: eventsStored } = await setup.api(`repos/${NAME}`);
  assert.ok(eventsStored >= DAYS * A_DAY);
  const page = await setup.tab({ place: `#/repos/${NAME}` });
  await timeline(page).getByRole("button", { name: "All", exact: true }).click();
  const count = eventsStored.toLocaleString("en-US");
  const year = new Date(Date.now() - DAYS * 86_400_000).getFullYear();
  await timeline(page).getByRole("img", { name: new RegExp(`^${count} events from \\d+ \\w+ ${year} to `) }).waitFor();
  await timeline(page).getByText(/The timeline counts all of them/).waitFor();
  for (const width of [1280, 375]) await mustFit(page, width);

  await page.getByRole("group", { name: "Types shown" }).getByRole("button", { name: "Fork" }).click();
  await timeline(page).getByRole("img", { name: new RegExp(`^${(eventsStored - (DAYS * A_DAY) / 3).toLocaleString("en-US")} events from .*Push`) }).waitFor();
  // A year in the middle, of which nothing is loaded.
  for (let step = 0; step < 2; step++) await page.getByRole("button", { name: "Zoom in" }).click();
  await eventually(async () => assert.match(await timeline(page).getByRole("img").getAttribute("aria-label"), /^1,\d{3} events|^9\d{2} events/));
});

test("the browser reported no errors", () => assert.deepEqual(setup.complaints, []));
