// repopulse-sim answers POST /graphql with the published schema over its own activity.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { start } from "../javascript/programs.mjs";
import { read, request } from "./probe.mjs";

const SERVER = new URL("../../sim/graphql/server.mjs", import.meta.url).pathname;
const NAMES = ["octo/first", "octo/second", "octo/third"];

const programs = [];
let github, enterprise;

async function run(program, ...words) {
  const started = await start(program, words);
  programs.push(started);
  return started.url;
}

const simulator = (...words) => run("repopulse-sim", "--token", "a-token",
  ...NAMES.flatMap((name) => ["--synthetic", `${name}=0.0001`]), ...words);

before(async () => {
  const executor = await run(process.execPath, SERVER);
  [github, enterprise] = await Promise.all([simulator("--graphql", executor), simulator()]);
});

after(() => Promise.all(programs.map((program) => program.stop())));

async function control(path, body) {
  const answer = await fetch(`${github}/_sim/${path}`, body && { method: "POST", body: JSON.stringify(body) });
  assert.ok(answer.ok, `${path}: ${answer.status}`);
  return answer.json();
}

// What repopulse makes of the simulator's answer to its change probe.
async function probe(names = NAMES, root = github) {
  const { url, headers, body } = request(names, root);
  const answer = await fetch(url, { method: "POST", headers, body });
  return read(names.length, await answer.text(), answer.status, Object.fromEntries(answer.headers));
}

test("tells at once what happened in a repository, and what the probe cost", async () => {
  const earlier = await probe();
  assert.equal(earlier.kind, "events");
  assert.equal(earlier.cost, 1);
  await control("repos/octo/second/events",
    [{ type: "PushEvent" }, { type: "WatchEvent", latency_seconds: 3600 }, { type: "IssuesEvent" }]);
  const later = await probe();
  const [first, second, third] = later.repositories.map(({ signals }) => signals);
  const [firstBefore, secondBefore, thirdBefore] = earlier.repositories.map(({ signals }) => signals);
  assert.deepEqual([first, third], [firstBefore, thirdBefore]);
  assert.equal(second.stars.count, secondBefore.stars.count + 1);
  assert.equal(second.issues.count, secondBefore.issues.count + 1);
  assert.ok(second.pushes.at);
  assert.equal(later.remaining, earlier.remaining - 1);
  const { probes, points, charged } = await control("counters");
  assert.deepEqual({ probes, points, charged }, { probes: 2, points: 2, charged: 0 });
});

test("follows a rename and misses what is not there", async () => {
  await control("repos/octo/third/move", { to: "octo/renamed" });
  const { repositories } = await probe(["octo/third", "octo/renamed", "octo/unknown"]);
  assert.deepEqual(repositories.map(({ finding, full_name: fullName }) => [finding, fullName]),
    [["told", "octo/renamed"], ["told", "octo/renamed"], ["not_found", ""]]);
  await control("repos/octo/renamed/move", { to: "octo/third" });
});

test("plays faults of the next GraphQL request, and lies", async () => {
  for (const [kind, understood] of [["bad_gateway", "server_error"], ["html", "bad_answer"],
    ["quota_in_body", "primary_limit"], ["secondary_in_body", "secondary_limit"], ["silent_limit", "secondary_limit"]]) {
    await control("faults/next", { kind, graphql: true });
    assert.equal((await probe()).kind, understood, kind);
  }
  await control("faults/next", { kind: "resource_limits", graphql: true });
  const partial = await probe();
  assert.equal(partial.too_much, true);
  assert.deepEqual(partial.repositories.map(({ finding }) => finding), ["told", "not_told", "told"]);
  await control("repos/octo/first/lie", { kind: "missing" });
  assert.equal((await probe()).repositories[0].finding, "not_found");
  await control("repos/octo/first/lie", { kind: "none" });
  assert.equal((await probe()).repositories[0].finding, "told");
});

test("refuses when the points are used up", async () => {
  await control("points", { remaining: 0 });
  const { kind, remaining } = await probe();
  assert.deepEqual({ kind, remaining }, { kind: "primary_limit", remaining: 0 });
  await control("points", { remaining: 5000 });
});

test("wants the token, and the method POST", async () => {
  const { body } = request(NAMES);
  const status = async (options) => (await fetch(`${github}/graphql`, options)).status;
  assert.equal(await status({ method: "POST", body }), 401);
  assert.equal(await status({ method: "POST", body, headers: { Authorization: "Bearer wrong" } }), 401);
  assert.equal(await status({ headers: { Authorization: "Bearer a-token" } }), 404);
});

test("without an executor there is no GraphQL API, as in an old Enterprise", async () => {
  assert.equal((await probe(NAMES, enterprise)).kind, "not_found");
});
