import { describe, expect, it } from "vitest";

import type { Client } from "../src/api/client";
import type { Repository, Statistics } from "../src/api/types";
import { type Actors, includesLogin, matchesLogin, readActors } from "../src/domain/actors";
import { Hub, tellsRobots } from "../src/state/hub";
import { eventually } from "./eventually";

describe("a pattern of logins", () => {
  it.each([
    ["*[bot]", "dependabot[bot]", true],
    ["*[bot]", "Dependabot[BOT]", true],
    ["*[bot]", "dependabot", false],
    ["*[bot]", "[bot]", true],
    ["*[bot]", "x[bot]y", false],
    ["bors", "BORS", true],
    ["bors", "borsx", false],
    ["*", "", true],
    ["", "", true],
    ["", "a", false],
    ["a*b*c", "axxbyyc", true],
    ["a*b*c", "acb", false],
    ["ab*ba", "aba", false],
    ["ab*ba", "abba", true],
    ["*a*a*", "a", false],
    ["*a*a*", "aa", true],
  ])("%s matches %s: %s", (pattern, login, matches) => expect(matchesLogin(pattern, login)).toBe(matches));

  it("agrees with a regular expression", () => {
    const letters = ["a", "b", "*"];
    const words = (length: number): string[] =>
      length === 0 ? [""] : words(length - 1).flatMap((word) => letters.map((letter) => word + letter));
    for (const pattern of [0, 1, 2, 3, 4].flatMap(words))
      for (const login of [0, 1, 2, 3, 4].flatMap(words).filter((word) => !word.includes("*")))
        expect(matchesLogin(pattern, login), `${pattern} ${login}`).toBe(
          new RegExp(`^${pattern.replaceAll("*", ".*")}$`).test(login),
        );
  });
});

it("everybody is a person or a robot", () => {
  const counts = (login: string) =>
    (["all", "people", "bots"] as Actors[]).map((actors) => includesLogin(actors, ["*[bot]", "bors"], login));
  expect(counts("ada")).toEqual([true, true, false]);
  expect(counts("Bors")).toEqual([true, false, true]);
  expect(["people", "bots", "all", "robots", "__proto__", null].map(readActors)).toEqual([
    "people",
    "bots",
    "all",
    "all",
    "all",
    "all",
  ]);
});

// A server with one repository, that knows robots or does not.
function server(knows: boolean) {
  const asked: string[] = [];
  let send = (_: string) => {};
  const stream = new ReadableStream<Uint8Array>({
    start: (controller) => {
      send = (text) => controller.enqueue(new TextEncoder().encode(text));
    },
  });
  const repository = { full_name: "o/r", active: true, events_stored: 0 } as Repository;
  const statistics = (path: string) => {
    const actors = /actors=(\w+)/.exec(path)?.[1];
    return {
      repository: "o/r",
      window: { events: actors ? 3 : 9 },
      types: [],
      ...(knows && actors ? { actors, bots: ["*[bot]"] } : {}),
    } as unknown as Statistics;
  };
  const answer = async (path: string) => {
    asked.push(path);
    if (path.startsWith("repos/?")) return [repository];
    if (path.startsWith("stats/")) return [statistics(path)];
    if (path.includes("/events/stats/")) return statistics(path);
    return path.startsWith("alerts") ? [] : repository;
  };
  const client = {
    getCached: answer,
    get: answer,
    page: answer,
    send: async () => new Response(stream),
  } as unknown as Client;
  const message = (kind: string, data: unknown) => send(`event: ${kind}\ndata: ${JSON.stringify(data)}\n\n`);
  return { client, asked, message, statistics };
}
const event = (id: string, login: string) => ({
  repository: "o/r",
  event: { id, type: "PushEvent", created_at: "2026-01-01T00:00:00Z", actor: { login } },
});

describe("the hub", () => {
  it("asks for the statistics of people, and takes live events of people alone", async () => {
    tellsRobots.value = null;
    const { client, asked, message, statistics } = server(true);
    const hub = new Hub(client, "people");
    hub.start();
    await eventually(() => expect(hub.find("o/r")?.statistics.value?.window.events).toBe(3));
    expect(tellsRobots.value).toBe(true);
    expect(asked.filter((path) => path.includes("stats/"))).toEqual(["stats/?per_page=100&page=1&actors=people"]);
    message("event", event("1", "dependabot[bot]"));
    message("event", event("2", "ada"));
    message("stats", statistics(""));
    await eventually(() => expect(hub.latest.all.value.map(({ entry }) => entry.actor)).toEqual(["ada"]));
    expect(hub.find("o/r")!.statistics.value!.window.events).toBe(3);
    await eventually(() => expect(asked).toContain("repos/o/r/events/stats/?actors=people"));
    hub.stop();
  });

  it("finds out with one request whether the server tells people from robots", async () => {
    for (const knows of [true, false]) {
      tellsRobots.value = null;
      const { client, asked } = server(knows);
      const hub = new Hub(client);
      hub.start();
      await eventually(() => expect(tellsRobots.value).toBe(knows));
      expect(asked.filter((path) => path.includes("actors="))).toHaveLength(1);
      hub.stop();
    }
  });

  it("notices in the first answer that the server does not tell them", async () => {
    tellsRobots.value = null;
    const { client } = server(false);
    const hub = new Hub(client, "bots");
    hub.start();
    await eventually(() => expect(tellsRobots.value).toBe(false));
    hub.stop();
  });
});
