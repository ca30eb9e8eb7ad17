import { signal } from "@preact/signals";
import { describe, expect, it } from "vitest";

import type { Client } from "../src/api/client";
import type { GitHubEvent, Repository } from "../src/api/types";
import { LoadedEvents } from "../src/state/loaded_events";

const start = Date.UTC(2026, 0, 1) / 1000;
const all = Array.from({ length: 250 }, (_, index) => ({
  id: String(index),
  type: "PushEvent",
  created_at: new Date((start + index * 60) * 1000).toISOString(),
})).reverse();

// A server with 250 events, one a minute. Each page shows what it was asked for; a failing one throws.
function server() {
  const asked: URLSearchParams[] = [];
  const state = { failing: false, asked };
  const page = async (path: string) => {
    const query = new URLSearchParams(path.split("?")[1]);
    asked.push(query);
    if (state.failing) throw new Error("The store does not answer.");
    const [since, until] = [query.get("since") ?? "", query.get("until") ?? "9"];
    const found = all.filter(({ created_at: at }) => at >= since.replace("Z", "") && at <= until.replace("Z", ".999Z"));
    const end = Number(query.get("page")) * 100;
    return { items: found.slice(end - 100, end), more: found.length > end };
  };
  return { state, client: { page } as unknown as Client };
}

const repository = signal({ full_name: "o/r", html_url: "https://github.com/o/r" } as Repository);

describe("loaded events", () => {
  it("are as many as are wanted, newest first, until all are there", async () => {
    const { client } = server();
    const events = new LoadedEvents(repository, "all");
    await events.load(client, 0, 100);
    expect([events.entries.value.length, events.extent.value]).toEqual([100, "some"]);
    expect(events.entries.value[0]!.at).toBe(start + 249 * 60);
    await Promise.all([events.load(client, 0, 150), events.load(client, 0, 1_000)]);
    expect([events.entries.value.length, events.extent.value]).toEqual([250, "all"]);
  });
  it("reach back to a time", async () => {
    const { client, state } = server();
    const events = new LoadedEvents(repository, "all");
    await events.load(client, start + 200 * 60, 1_000);
    expect([state.asked.length, events.entries.value.length]).toEqual([1, 100]);
  });
  it("of a span are those of the span alone, and of those who count", async () => {
    const { client, state } = server();
    const events = new LoadedEvents(repository, "people", { from: start + 600, to: start + 1_200 });
    await events.load(client, 0, 1_000);
    expect(events.entries.value.map(({ at }) => (at - start) / 60)).toEqual([
      20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10,
    ]);
    expect(events.extent.value).toBe("all");
    expect(state.asked[0]!.get("actors")).toBe("people");
  });
  it("stay after a failure, and go on where they were", async () => {
    const { client, state } = server();
    const events = new LoadedEvents(repository, "all");
    await events.load(client, 0, 100);
    state.failing = true;
    await events.load(client, 0, 200);
    expect([events.problem.value, events.entries.value.length]).toEqual(["The store does not answer.", 100]);
    state.failing = false;
    await events.load(client, 0, 200);
    expect([events.problem.value, events.entries.value.length]).toEqual([null, 200]);
    expect(events.addLive(all[0]! as unknown as GitHubEvent)).toBeNull();
  });
});
