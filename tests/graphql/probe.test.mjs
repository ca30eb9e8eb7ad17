// The query is valid by GitHub's published schema, and what the reference implementation answers to it is understood.
import assert from "node:assert/strict";
import { test } from "node:test";

import { answer, connections, points, problems } from "../../sim/graphql/github.mjs";
import { read, request, simulate } from "./probe.mjs";

const MOST_PROBED = 50;
const RESET = "2026-01-20T10:30:00Z";

const namesOf = (count) => Array.from({ length: count }, (_, i) => `octo/cat-${i}`);
const time = (minute) => new Date(Date.UTC(2026, 0, 20, 9, minute)).toISOString().replace(".000Z", "Z");

function state(number, more = {}) {
  return {
    names: [`octo/cat-${number}`],
    id: 1000 + number,
    full_name: `octo/cat-${number}`,
    pushed_at: time(number),
    stars: 10 + number,
    forks: number,
    issues: { count: 20 + number, updated_at: time(number + 1) },
    pull_requests: { count: 30 + number, updated_at: time(number + 2) },
    releases: { count: 0, updated_at: null },
    discussions: { count: 40 + number, updated_at: time(number + 3) },
    commit_comments: { count: number, updated_at: null },
    ...more,
  };
}

function signals(number) {
  return {
    pushes: { at: time(number) },
    issues: { count: 20 + number, at: time(number + 1) },
    pull_requests: { count: 30 + number, at: time(number + 2) },
    stars: { count: 10 + number },
    forks: { count: number },
    releases: { count: 0 },
    commit_comments: { count: number },
    discussions: { count: 40 + number, at: time(number + 3) },
  };
}

const told = (number, more = {}) =>
  ({ finding: "told", github_id: 1000 + number, full_name: `octo/cat-${number}`, signals: signals(number), ...more });
const silent = (finding) => ({ finding, github_id: 0, full_name: "", signals: {} });

// Where GitHub says that an error came from in the text of the query is of no use.
function withoutPlaces({ cost, body: { data, errors } }) {
  return { cost, body: { data, ...(errors && { errors: errors.map(({ locations, ...error }) => error) }) } };
}

// What repopulse makes of GitHub's answer about the repositories with these names. Simulations in virtual time answer
// the same.
async function ask(names, repositories, quota = { limit: 5000, used: 10, reset_at: RESET }) {
  const task = { request: JSON.parse(request(names).body), world: { quota, repositories } };
  const { cost, body } = await answer(task.request, task.world);
  assert.deepEqual(simulate(task), JSON.parse(JSON.stringify(withoutPlaces({ cost, body }))));
  return { cost, body, understood: read(names.length, JSON.stringify(body)) };
}

test("the query is valid by GitHub's schema for every number of repositories, and asks for nothing deprecated", () => {
  for (let count = 1; count <= MOST_PROBED; ++count) {
    assert.deepEqual(problems(JSON.parse(request(namesOf(count)).body).query), [], `${count} repositories`);
  }
});

test("a query that is not valid is noticed", () => {
  const { query } = JSON.parse(request(namesOf(2)).body);
  for (const [good, bad] of [["pushedAt", "pushedOn"], ["UPDATED_AT", "CHANGED_AT"], ["$o1:String!", "$o1:Int!"],
    ["commitComments{totalCount}", "commitComments"], ["pushedAt", "squashPrTitleUsedAsDefault"]]) {
    assert.ok(query.includes(good));
    assert.notDeepEqual(problems(query.replace(good, bad)), [], `${bad} instead of ${good}`);
  }
});

test("a repository costs five connections, so one point does for 29", () => {
  const query = (count) => JSON.parse(request(namesOf(count)).body).query;
  assert.equal(connections(query(1)), 5);
  assert.equal(connections(query(MOST_PROBED)), 5 * MOST_PROBED);
  assert.equal(points(query(29)), 1);
  assert.ok(points(query(MOST_PROBED)) <= 3);
});

test("asks for nothing that is restricted", () => {
  const { body } = request(namesOf(1));
  assert.doesNotMatch(body, /stargazers|collaborators|watchers|viewer/);
});

test("all that is answered is understood", async () => {
  const numbers = Array.from({ length: MOST_PROBED }, (_, i) => i);
  const { cost, understood } = await ask(namesOf(MOST_PROBED), numbers.map((number) => state(number)));
  assert.equal(understood.kind, "events");
  assert.equal(understood.cost, cost);
  assert.equal(understood.remaining, 5000 - 10 - cost);
  assert.equal(understood.reset, RESET);
  assert.equal(understood.too_much, false);
  assert.deepEqual(understood.repositories, numbers.map((number) => told(number)));
});

test("a renamed repository is followed, upper and lower case make no difference", async () => {
  const { understood } = await ask(["Octo/OLD"], [state(1, { names: ["octo/cat-1", "octo/old"] })]);
  assert.deepEqual(understood.repositories, [told(1)]);
});

test("a missing, a forbidden and an empty repository harm no other", async () => {
  const saml = { type: "FORBIDDEN", message: "Resource protected by organization SAML enforcement.", saml_failure: true };
  const { body, understood } = await ask(namesOf(4), [state(1), state(2, { refused: saml }), state(3, { pushed_at: null })]);
  assert.deepEqual(body.errors.map(({ type, path }) => [type, path]), [["NOT_FOUND", ["r0"]], ["FORBIDDEN", ["r2"]]]);
  assert.deepEqual(body.errors[1].extensions, { saml_failure: true });
  assert.equal(understood.kind, "events");
  assert.deepEqual(understood.repositories,
    [silent("not_found"), told(1), silent("forbidden"), told(3, { signals: { ...signals(3), pushes: {} } })]);
});

test("a field that fails takes its repository along where the schema allows no null, and no other", async () => {
  const limits = { type: "RESOURCE_LIMITS_EXCEEDED", message: "Resource limits for this query exceeded." };
  const access = { type: "FORBIDDEN", message: "Resource not accessible by personal access token" };
  const { body, understood } = await ask(namesOf(4), [
    state(0), state(1, { fails: { issues: limits } }), state(2, { fails: { discussions: access } }),
    state(3, { fails: { pushedAt: { message: "Something went wrong" } } }),
  ]);
  assert.deepEqual(body.errors.map(({ path }) => path), [["r1", "issues"], ["r2", "discussions"], ["r3", "pushedAt"]]);
  assert.equal(understood.kind, "events");
  assert.equal(understood.too_much, true);
  const { pushes, ...withoutPushes } = signals(3);
  assert.deepEqual(understood.repositories,
    [told(0), silent("not_told"), silent("forbidden"), told(3, { signals: withoutPushes })]);
  assert.ok(pushes);
});

test("the last point may be spent", async () => {
  const { understood } = await ask(namesOf(1), [state(0)], { limit: 5000, used: 4999, reset_at: RESET });
  assert.equal(understood.kind, "events");
  assert.equal(understood.remaining, 0);
});

test("an Enterprise whose schema lacks a field refuses the query as a whole", async () => {
  const { query, variables } = JSON.parse(request(namesOf(1)).body);
  const { body } = await answer({ query: query.replace("discussions", "debates"), variables },
    { quota: { limit: 5000, used: 0, reset_at: RESET }, repositories: [state(0)] });
  const understood = read(1, JSON.stringify(body));
  assert.equal(understood.kind, "bad_answer");
  assert.match(understood.message, /Cannot query field "debates" on type "Repository"/);
});
