// repopulse's own code, as tests in JavaScript reach it.
import { execFileSync } from "node:child_process";
import { join } from "node:path";

import { BUILD } from "../javascript/programs.mjs";

const PROGRAM = join(BUILD, "tests/graphql/repopulse-probe");

const run = (words, input) => execFileSync(PROGRAM, words, { encoding: "utf8", ...(input !== undefined && { input }) });

// The change probe of the repositories with these names: {url, headers, body}.
export function request(names, root = "https://api.github.com") {
  return JSON.parse(run(["request", root, ...names]));
}

// What repopulse makes of an answer about so many repositories.
export function read(repositories, body, status = 200, headers = {}) {
  return JSON.parse(run(["answer", String(repositories)], JSON.stringify({ status, headers, body })));
}

// The answer of simulations in virtual time to a task of sim/graphql.
export function simulate(task) {
  return JSON.parse(run(["execute"], JSON.stringify(task)));
}
