// Tests attacks in events: strangers choose most of an event's text, and none of it may run or break the page.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { downloaded, eventually, Setup } from "./harness.mjs";

const ATTACKS = [
  `<script>window.__ran = 1</script>`,
  `<img src=x onerror="window.__ran = 1">`,
  `"><svg onload=window.__ran=1>`,
  `javascript:window.__ran=1`,
  `data:text/html,<script>window.__ran=1</script>`,
  `' onmouseover='window.__ran=1`,
  `</title><script>window.__ran=1</script>`,
  `{{constructor.constructor('window.__ran=1')()}}`,
  `=HYPERLINK("https://evil.example","x")`,
  `\u202Egnp.evil\u0000\u2028`,
  `..%2f..%2f..%2fevil`,
  `//evil.example/x`,
  "__proto__",
];

// Every member of a payload that the page reads, each with the attack as its value.
function payload(attack) {
  const link = { html_url: attack, url: attack, number: 7, title: attack, name: attack, state: attack, body: attack };
  return {
    action: attack, ref: attack, ref_type: attack, before: attack, head: attack, size: 3, distinct_size: 2, number: 7,
    master_branch: attack, description: attack, pusher_type: attack,
    commits: [{ message: attack, url: attack, sha: attack, author: { name: attack } }],
    issue: { ...link, user: { login: attack }, labels: [{ name: attack }] },
    pull_request: { ...link, merged: attack, head: { ref: attack }, base: { ref: attack } },
    comment: { ...link, commit_id: attack, user: { login: attack } },
    review: { ...link, state: attack },
    release: { ...link, tag_name: attack },
    discussion: link, forkee: { full_name: attack, html_url: attack }, member: { login: attack },
    pages: [{ page_name: attack, title: attack, action: attack, html_url: attack }, {}],
  };
}

const TYPES = [
  "PushEvent", "PullRequestEvent", "PullRequestReviewEvent", "PullRequestReviewCommentEvent", "PullRequestReviewThreadEvent", "IssuesEvent",
  "IssueCommentEvent", "CommitCommentEvent", "CreateEvent", "DeleteEvent", "ReleaseEvent", "ForkEvent", "WatchEvent", "PublicEvent", "MemberEvent",
  "GollumEvent", "DiscussionEvent", "DiscussionCommentEvent", "SponsorshipEvent", "StatusEvent",
];
// Payloads of the wrong shape.
const MISSHAPEN = [null, 7, "text", [], { pull_request: null }, { issue: [], comment: 7 }, { commits: [null, 7] }, { pages: [null] }, { forkee: { full_name: {} } }];

const timeOf = (millis) => new Date(millis).toISOString().replace(/\.\d+/, "");
let id = 70_000_000_000;
function event(type, body, name) {
  const actor = name.replaceAll("\0", "");  // the server ignores an event whose actor has control characters
  return {
    id: String(id++), type, actor: { id: 1, login: actor, display_login: actor, url: actor, avatar_url: actor }, repo: { id: 1, name: "acme/target", url: actor },
    payload: body, public: true, created_at: timeOf(Date.now()),
  };
}

const PLACE = "#/repos/acme/target";
let setup;
let hostile;
before(async () => {
  setup = await Setup.open({ sim: ["--synthetic", "acme/target=20", "--synthetic", "-._.-/._-=20"], repos: ["acme/target"] });
  const attacks = ATTACKS.flatMap((attack) => TYPES.map((type) => event(type, payload(attack), attack)));
  const misshapen = MISSHAPEN.flatMap((body) => ["PushEvent", "IssuesEvent", "GollumEvent", "ForkEvent"].map((type) => event(type, body, "somebody")));
  const strangeTypes = ["constructor", "toString", "__proto__", "<b>Bold</b>"].map((type) => event(type, payload(type), "somebody"));
  hostile = [...attacks, ...misshapen, ...strangeTypes];
  // In batches, so that each fits on one page of the feed, and with different times, so that the newest batch comes first.
  const began = Date.now() - 1_000 * Math.ceil(hostile.length / 100);
  for (let at = 0; at < hostile.length; at += 100) {
    const batch = hostile.slice(at, at + 100).map((each) => ({ ...each, created_at: timeOf(began + 10 * at) }));
    await setup.simulate("POST", "repos/acme/target/events", batch);
    await eventually(async () => {
      const stored = await setup.api("repos/acme/target/events/?per_page=100");
      assert.ok(stored.some((each) => each.id === batch.at(-1).id), `the batch from ${at} is stored`);
    });
  }
});
after(() => setup?.close());
afterEach(() => setup?.closeTabs());

async function assertHarmless(page) {
  assert.equal(await page.evaluate(() => window.__ran), undefined, "an attack ran");
  const links = await page.evaluate(() => [...document.querySelectorAll("a[href]")].map((link) => link.href));
  const here = `${setup.url}/`;
  assert.deepEqual(links.filter((href) => !href.startsWith(here) && !href.startsWith("https://github.com/")), []);
  const foreign = await page.evaluate(() => [...document.querySelectorAll("main :is(script, img, iframe, object, embed, style, link)")].map((element) => element.outerHTML));
  assert.deepEqual(foreign, []);
}

test("no member of an event runs, on any page", async () => {
  for (const place of ["#/", PLACE, "#/compare?repos=acme/target&lines=types", "#/poller"]) {
    const page = await setup.tab({ place });
    await page.getByRole("heading", { level: 1 }).waitFor();
    if (place === PLACE) {
      const more = page.getByRole("button", { name: "Show more" });
      const lines = page.getByRole("region", { name: "Latest events" }).getByRole("listitem");
      await eventually(async () => {
        if (await more.isVisible()) await more.click();
        const shown = await lines.count();
        assert.ok(shown >= hostile.length, `${shown} of ${hostile.length} events are shown`);
      });
      await page.getByText(ATTACKS[0]).first().waitFor();
    }
    await assertHarmless(page);
  }
});

test("nothing in a live event runs", async () => {
  const page = await setup.tab({ place: PLACE });
  await page.getByText("Live", { exact: true }).waitFor();
  const attack = `<img src=x onerror="window.__ran = 'live'">`;
  await setup.simulate("POST", "repos/acme/target/events", TYPES.map((type) => event(type, payload(attack), attack)));
  await page.getByText(attack).first().waitFor();
  await assertHarmless(page);
});

test("nothing in the address runs", async () => {
  for (const place of [`#/repos/${encodeURIComponent(ATTACKS[1])}/x`, `#/?q=${encodeURIComponent(ATTACKS[1])}&sort=__proto__&show=constructor`, "#javascript:window.__ran=1", `${PLACE}?range=__proto__&hide=constructor,${encodeURIComponent(ATTACKS[1])}&actors=toString`, `${PLACE}?range=0-99999999999`, `#/compare?repos=acme/target,${encodeURIComponent(ATTACKS[1])}&types=${encodeURIComponent(ATTACKS[0])},__proto__&range=__proto__&by=constructor&scale=toString&lines=valueOf`, "#/repos/%E0%A4%A/x"]) {
    const page = await setup.tab({ place });
    await page.getByRole("heading", { level: 1 }).waitFor();
    await assertHarmless(page);
  }
});

test("unusual valid names work", async () => {
  const page = await setup.tab();
  await setup.api("repos/", { method: "POST", body: { full_name: "acme/.-_x.._-", active: true } });
  await page.goto(`${setup.url}/#/repos/acme/.-_x.._-`);
  await page.getByRole("heading", { level: 1, name: "acme/.-_x.._-" }).waitFor();
  await assertHarmless(page);
});

test("no cell of a download is a formula", async () => {
  const page = await setup.tab({ place: PLACE });
  await page.getByRole("region", { name: "Time between events" }).locator("tbody tr").first().waitFor();
  await page.getByText("Download").click();
  const { text } = await downloaded(page, () => page.getByRole("button", { name: "Events as CSV" }).click());
  assert.ok(text.includes("HYPERLINK"));
  for (const cell of text.split(/\r\n|,/)) assert.doesNotMatch(cell, /^"?[=+@-]/);
});

test("the browser reported no errors", () => assert.deepEqual(setup.complaints, []));
