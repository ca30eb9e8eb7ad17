// GitHub's own client reads from repopulse as it reads from GitHub: the same calls, the same events, page by page.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { Octokit } from "@octokit/rest";

import { start } from "../javascript/programs.mjs";

const kRepository = { owner: "octo", repo: "hello" };
const kEvents = 250;
const kKey = "octokit-test-key-0123456789";
const kPatienceMillis = 60_000;

const programs = [];
let folder, github_url, github, repopulse;

async function run(program, ...words) {
  const started = await start(program, words, { cwd: folder });
  programs.push(started);
  return started.url;
}

async function until(what, holds) {
  const deadline = Date.now() + kPatienceMillis;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`it did not happen that ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "repopulse-octokit-"));
  const name = `${kRepository.owner}/${kRepository.repo}`;
  github_url = await run("repopulse-sim", "--synthetic", `${name}=0.001`, "--poll-interval", "1");
  const events = Array.from({ length: kEvents }, (_, i) => ({ type: i % 3 ? "PushEvent" : "WatchEvent", actor: `user-${i % 7}` }));
  await fetch(`${github_url}/_sim/repos/${name}/events`, { method: "POST", body: JSON.stringify(events) });
  const address = await run(
    "repopulse", "serve", "--listen", "127.0.0.1:0", "--store", "sqlite:octokit.db", "--github-url", github_url,
    "--github-token", "octokit", "--api-key", kKey, "--policy", "fixed", "--freshness", "1s", "--repo", name);
  github = new Octokit({ baseUrl: github_url, auth: "octokit" });
  repopulse = new Octokit({ baseUrl: `${address}/api`, auth: kKey });
  await until("all events are stored", async () => {
    const { data } = await repopulse.request("GET /repos/{owner}/{repo}", kRepository);
    return data.events_stored >= kEvents;
  });
});

after(async () => {
  await Promise.all(programs.map((program) => program.stop()));
  rmSync(folder, { recursive: true, force: true });
});

test("paginates to the very events that GitHub shows, none twice", async () => {
  const options = { ...kRepository, per_page: 100 };
  const shown = await github.paginate(github.activity.listRepoEvents, options);
  const stored = await repopulse.paginate(repopulse.activity.listRepoEvents, options);
  assert.ok(shown.length >= kEvents);
  const by_id = (a, b) => (a.id < b.id ? -1 : 1);
  assert.deepEqual(stored.sort(by_id), shown.sort(by_id));
});

test("pages of thirty unless told otherwise, with the links of GitHub", async () => {
  const first = await repopulse.activity.listRepoEvents(kRepository);
  assert.equal(first.data.length, 30);
  assert.match(first.headers.link, /page=2>; rel="next"/);
  assert.match(first.headers.link, /page=\d+>; rel="last"/);
  const second = await repopulse.activity.listRepoEvents({ ...kRepository, page: 2 });
  assert.equal(new Set([...first.data, ...second.data].map((event) => event.id)).size, 60);
});

test("a conditional request is answered 304, which the client reports as it does GitHub's", async () => {
  const { headers } = await repopulse.activity.listRepoEvents(kRepository);
  await assert.rejects(
    repopulse.activity.listRepoEvents({ ...kRepository, headers: { "if-none-match": headers.etag } }),
    { status: 304 });
});

test("errors are the client's own: not found, bad credentials, a wrong parameter", async () => {
  await assert.rejects(repopulse.activity.listRepoEvents({ owner: "octo", repo: "unknown" }), { status: 404 });
  const stranger = new Octokit({ baseUrl: repopulse.request.endpoint.DEFAULTS.baseUrl, auth: "wrong" });
  await assert.rejects(stranger.activity.listRepoEvents(kRepository), { status: 401, message: /Bad credentials/ });
  await assert.rejects(repopulse.activity.listRepoEvents({ ...kRepository, page: -1 }), (error) => {
    assert.equal(error.status, 422);
    assert.equal(error.response.data.errors[0].field, "page");
    return true;
  });
});

test("reads the statistics that GitHub does not have", async () => {
  const { data } = await repopulse.request("GET /repos/{owner}/{repo}/events/stats", kRepository);
  const pushes = data.types.find(({ type }) => type === "PushEvent");
  assert.ok(pushes.events > 100 && pushes.average_seconds >= 0);
});
