// The real service asks change probes of the simulated GitHub over HTTP, and does without where it must.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";

import { start } from "../javascript/programs.mjs";

const SERVER = new URL("../../sim/graphql/server.mjs", import.meta.url).pathname;
const KEY = "0123456789abcdef0123456789abcdef";
const NAMES = Array.from({ length: 8 }, (_, index) => `owner-${index}/quiet`);
const PATIENCE_MILLIS = 180_000;

const programs = [];
let folder, executor;

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "repopulse-probes-"));
  executor = await run(process.execPath, SERVER);
});

after(async () => {
  await Promise.all(programs.map((program) => program.stop()));
  await rm(folder, { recursive: true, force: true });
});

async function run(program, ...words) {
  const started = await start(program, words);
  programs.push(started);
  return started.url;
}

async function json(url, options) {
  const answer = await fetch(url, options);
  assert.ok(answer.ok, `${url}: ${answer.status}`);
  return answer.json();
}

// A GitHub with quiet repositories, and a service that polls them.
class World {
  static async open(name, { token = "a-token", serve = [] } = {}) {
    const world = new World();
    world.github = await run("repopulse-sim", "--poll-interval", "1", "--graphql", executor, "--seed", "5",
      ...(token ? ["--token", token] : []), ...NAMES.flatMap((repository) => ["--synthetic", `${repository}=6`]));
    const url = await run("repopulse", "serve", "--listen", "127.0.0.1:0", "--store", `sqlite:${path.join(folder, name)}.db`,
      "--api-key", KEY, "--github-url", world.github, "--freshness", "20s", "--max-active", String(NAMES.length),
      ...(token ? ["--github-token", token] : []), ...NAMES.flatMap((repository) => ["--repo", repository]), ...serve);
    const headers = { "X-API-Key": KEY };
    world.ask = (place) => json(`${url}/${place}`, { headers });
    world.metrics = async () => (await fetch(`${url}/metrics`, { headers })).text();
    return world;
  }

  control(place, body) {
    return json(`${this.github}/_sim/${place}`, body && { method: "POST", body: JSON.stringify(body) });
  }

  async requests() {
    const requests = await this.control("requests");
    return { probes: requests.filter(({ target }) => target.startsWith("/graphql")), reads: requests.filter(({ feed }) => feed) };
  }

  happen(repository) {
    return this.control(`repos/${repository}/events`, [{ type: "IssuesEvent", latency_seconds: 0 }]);
  }

  // Until a new event is stored.
  async arrival(repository) {
    const { events_stored: eventsStored } = await this.ask(`api/repos/${repository}`);
    await this.happen(repository);
    await eventually(async () => assert.ok((await this.ask(`api/repos/${repository}`)).events_stored > eventsStored));
  }
}

async function eventually(attempt) {
  const until = Date.now() + PATIENCE_MILLIS;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > until) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

// Until just before the next probe, after all feeds were read since the last one.
async function justBeforeTheNextProbe(world) {
  await eventually(async () => {
    const { probe, feeds } = await world.ask("api/poller");
    const left = Date.parse(probe.next_at) - Date.now();
    assert.ok(left > 0 && left < 4000);
    assert.ok(feeds.every((feed) => feed.last_polled_at > probe.asked_at), "all feeds were read since");
  });
}

test("a probe tells of news, and only what has news is read", async () => {
  const world = await World.open("probed");
  await eventually(async () => assert.equal((await world.ask("api/poller")).probe.requests, 1));
  // It is believed after it has told of events before they were read.
  await justBeforeTheNextProbe(world);
  for (const name of NAMES) await world.happen(name);
  await eventually(async () => assert.equal((await world.ask("api/poller")).probe.informed, NAMES.length));

  // A change within 5 s of an event that was read is taken for that event.
  await new Promise((resolve) => setTimeout(resolve, 6000));
  await world.arrival(NAMES[3]);
  const { probes, reads } = await world.requests();
  const lastProbe = probes.at(-1).at;
  const read = new Set(reads.filter(({ at }) => at > lastProbe).map(({ feed }) => feed));
  assert.ok(read.has(`repos/${NAMES[3]}`));
  assert.ok(read.size <= 3, `something may have happened in another repository at that time, not in most: ${[...read]}`);

  let probe, counted, metrics;
  await eventually(async () => {  // until no request is under way
    const poller = await world.ask("api/poller");
    counted = await world.control("counters");
    metrics = await world.metrics();
    probe = poller.probe;
    assert.deepEqual([probe.requests, probe.points_spent], [counted.probes, counted.points]);
    assert.equal(poller.requests, counted.requests - counted.probes, "requests for events are counted by themselves");
    assert.match(metrics, new RegExp(`^repopulse_github_probes_total ${counted.probes}$`, "m"));
  });
  assert.deepEqual([probe.enabled, probe.failures, probe.trouble], [true, 0, null]);
  assert.deepEqual([probe.rate_limit.limit, probe.rate_limit.remaining, probe.rate_limit.reserve], [5000, 5000 - counted.points, 500]);
  assert.match(metrics, new RegExp(`^repopulse_github_graphql_quota_remaining ${5000 - counted.points}$`, "m"));
  assert.match(metrics, /^repopulse_repositories_informed 8$/m);

  // Refused, it goes on as without.
  await world.control("faults/next", { kind: "html", graphql: true, times: 1000 });
  await eventually(async () => assert.equal((await world.ask("api/poller")).probe.failures, 1));
  const { trouble } = (await world.ask("api/poller")).probe;
  assert.ok(trouble, "it says why");
  await world.arrival(NAMES[5]);
  assert.deepEqual(counted.breaches, []);
});

for (const [name, settings] of [["off", { serve: ["--probe", "off"] }], ["tokenless", { token: "" }]])
  test(`no probe is sent: ${name}`, async () => {
    const world = await World.open(name, settings);
    await eventually(async () => assert.ok((await world.requests()).reads.length > 3 * NAMES.length));
    assert.deepEqual((await world.requests()).probes, []);
    assert.equal((await world.ask("api/poller")).probe.enabled, false);
  });
