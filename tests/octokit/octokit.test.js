// GitHub's own client reads from repopulse as it reads from GitHub: the same calls, the same events, page by page.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { Octokit } from "@octokit/rest";

import { start } from "../javascript/programs.mjs";

const REPOSITORY = { owner: "octo", repo: "hello" };
const EVENTS = 250;
const KEY = "octokit-test-key-0123456789";
const PATIENCE_MILLIS = 60_000;

const programs = [];
let folder, githubUrl, github, repopulse;

async function run(program, ...words) {
  const started = await start(program, words, { cwd: folder });
  programs.push(started);
  return started.url;
}

async function until(what, holds) {
  const deadline = Date.now() + PATIENCE_MILLIS;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`it did not happen that ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "repopulse-octokit-"));
  const name = `${REPOSITORY.owner}/${REPOSITORY.repo}`;
  githubUrl = await run("repopulse-sim", "--synthetic", `${name}=0.001`, "--poll-interval", "1");
  const events = Array.from({ length: EVENTS }, (_, i) => ({ type: i % 3 ? "PushEvent" : "WatchEvent", actor: `user-${i % 7}` }));
  await fetch(`${githubUrl}/_sim/repos/${name}/events`, { method: "POST", body: JSON.stringify(events) });
  const address = await run(
    "repopulse", "serve", "--listen", "127.0.0.1:0", "--store", "sqlite:octokit.db", "--github-url", githubUrl,
    "--github-token", "octokit", "--api-key", KEY, "--policy", "fixed", "--freshness", "1s", "--repo", name);
  github = new Octokit({ baseUrl: githubUrl, auth: "octokit" });
  repopulse = new Octokit({ baseUrl: `${address}/api`, auth: KEY });
  await until("all events are stored", async () => {
    const { data } = await repopulse.request("GET /repos/{owner}/{repo}", REPOSITORY);
    return data.events_stored >= EVENTS;
  });
});

after(async () => {
  await Promise.all(programs.map((program) => program.stop()));
  rmSync(folder, { recursive: true, force: true });
});

test("paginates to the very events that GitHub shows, none twice", async () => {
  const options = { ...REPOSITORY, per_page: 100 };
  const shown = await github.paginate(github.activity.listRepoEvents, options);
  const stored = await repopulse.paginate(repopulse.activity.listRepoEvents, options);
  assert.ok(shown.length >= EVENTS);
  const byId = (a, b) => (a.id < b.id ? -1 : 1);
  assert.deepEqual(stored.sort(byId), shown.sort(byId));
});

test("pages of thirty unless told otherwise, with the links of GitHub", async () => {
  const first = await repopulse.activity.listRepoEvents(REPOSITORY);
  assert.equal(first.data.length, 30);
  assert.match(first.headers.link, /page=2>; rel="next"/);
  assert.match(first.headers.link, /page=\d+>; rel="last"/);
  const second = await repopulse.activity.listRepoEvents({ ...REPOSITORY, page: 2 });
  assert.equal(new Set([...first.data, ...second.data].map((event) => event.id)).size, 60);
});

test("a conditional request is answered 304, which the client reports as it does GitHub's", async () => {
  const { headers } = await repopulse.activity.listRepoEvents(REPOSITORY);
  await assert.rejects(
    repopulse.activity.listRepoEvents({ ...REPOSITORY, headers: { "if-none-match": headers.etag } }),
    { status: 304 });
});

test("errors are the client's own: not found, bad credentials, a wrong parameter", async () => {
  await assert.rejects(repopulse.activity.listRepoEvents({ owner: "octo", repo: "unknown" }), { status: 404 });
  const stranger = new Octokit({ baseUrl: repopulse.request.endpoint.DEFAULTS.baseUrl, auth: "wrong" });
  await assert.rejects(stranger.activity.listRepoEvents(REPOSITORY), { status: 401, message: /Bad credentials/ });
  await assert.rejects(repopulse.activity.listRepoEvents({ ...REPOSITORY, page: -1 }), (error) => {
    assert.equal(error.status, 422);
    assert.equal(error.response.data.errors[0].field, "page");
    return true;
  });
});

test("reads the statistics that GitHub does not have", async () => {
  const { data } = await repopulse.request("GET /repos/{owner}/{repo}/events/stats", REPOSITORY);
  const pushes = data.types.find(({ type }) => type === "PushEvent");
  assert.ok(pushes.events > 100 && pushes.average_seconds >= 0);
});
