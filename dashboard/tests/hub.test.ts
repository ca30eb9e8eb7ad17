import { describe, expect, it } from "vitest";

import type { Client } from "../src/api/client";
import type { Repository, Statistics } from "../src/api/types";
import { Hub } from "../src/state/hub";
import { eventually } from "./eventually";

const repository = { full_name: "o/r", active: true } as Repository;
const statistics = (events: number) => ({ repository: "o/r", window: { events }, types: [] }) as unknown as Statistics;

// A server whose answers and stream messages the test controls.
function fakeServer() {
  const answers = new Map<string, (value: unknown) => void>();
  const request = (path: string) => new Promise((resolve) => answers.set(path, resolve));
  let send = (_: string) => {};
  const stream = new ReadableStream<Uint8Array>({
    start: (controller) => {
      send = (text) => controller.enqueue(new TextEncoder().encode(text));
    },
  });
  const client = {
    getCached: request,
    get: request,
    post: async () => repository,
    send: async () => new Response(stream),
  } as unknown as Client;
  const hub = new Hub(client);
  const answer = async (path: string, value: unknown) => {
    await eventually(() => expect([...answers.keys()]).toContain(path));
    answers.get(path)!(value);
  };
  return {
    hub,
    answer,
    stream_statistics: (value: Statistics) => send(`event: stats\ndata: ${JSON.stringify(value)}\n\n`),
  };
}
const shown = (hub: Hub) => hub.find("o/r")?.statistics.value?.window.events;

it("statistics that the stream brought during a request are newer than its answer", async () => {
  const { hub, answer, stream_statistics: streamStatistics } = fakeServer();
  hub.start();
  await hub.add("o/r", true);
  streamStatistics(statistics(30));
  await eventually(() => expect(shown(hub)).toBe(30));
  await answer("repos/o/r/events/stats/", statistics(0));
  await new Promise((resolve) => setTimeout(resolve));
  expect(shown(hub)).toBe(30);
  hub.stop();
});

it("an answer counts if the stream brought nothing during the request", async () => {
  const { hub, answer } = fakeServer();
  hub.start();
  await hub.add("o/r", true);
  await answer("repos/o/r/events/stats/", statistics(7));
  await eventually(() => expect(shown(hub)).toBe(7));
  hub.stop();
});

it("what the server says of a repository that is asked at once is shown", async () => {
  const { hub } = fakeServer();
  await hub.add("o/r", true);
  const asked = { ...repository, next_poll_at: "2026-01-01T00:00:00Z" };
  const posted: string[] = [];
  Object.assign(hub.client, {
    post: async (path: string) => {
      posted.push(path);
      return asked;
    },
  });
  expect((await hub.askNow("o/r")).next_poll_at).toBe("2026-01-01T00:00:00Z");
  expect(posted).toEqual(["repos/o/r/poll"]);
  expect(hub.find("o/r")?.info.value.next_poll_at).toBe("2026-01-01T00:00:00Z");
});

describe("polls that the stream tells of", () => {
  // A server with many repositories that writes down what it is asked for.
  function manyRepositories(count: number) {
    const all = Array.from({ length: count }, (_, index) => ({ full_name: `o/r${index}`, active: true, status: "ok" }));
    const asked: string[] = [];
    let send = (_: string) => {};
    const stream = new ReadableStream<Uint8Array>({
      start: (controller) => {
        send = (text) => controller.enqueue(new TextEncoder().encode(text));
      },
    });
    const answer = async (path: string) => {
      asked.push(path);
      const page = Number(/[?&]page=(\d+)/.exec(path)?.[1] ?? 1);
      if (path.startsWith("repos/?")) return all.slice((page - 1) * 100, page * 100);
      return path.includes("stats/") || path.startsWith("alerts/") ? [] : {};
    };
    const client = { getCached: answer, get: answer, send: async () => new Response(stream) } as unknown as Client;
    // In one piece, as after a moment without network.
    const polls = (list: { index: number; outcome: string }[]) => {
      const message = ({ index, outcome }: (typeof list)[number]) =>
        `event: poll\ndata: ${JSON.stringify({ repository: `o/r${index}`, at: "2026-01-01T00:00:00Z", outcome })}\n\n`;
      send(list.map(message).join(""));
    };
    return { hub: new Hub(client), polls, askedOne: () => asked.filter((path) => /^repos\/o\/r\d+$/.test(path)) };
  }
  const begin = async (count: number) => {
    const server = manyRepositories(count);
    server.hub.start();
    await eventually(() => expect(server.hub.repositories.value).toHaveLength(count));
    await eventually(() => expect(server.hub.connection.value).toBe("live"));
    return server;
  };

  it("have each repository asked for if they are few", async () => {
    const { hub, polls, askedOne } = await begin(10);
    polls([3, 1, 2].map((index) => ({ index, outcome: "not_modified" })));
    await eventually(() => expect(askedOne()).toEqual(["repos/o/r3", "repos/o/r1", "repos/o/r2"]));
    hub.stop();
  });

  it("have only those with a problem asked for, and those that are shown, if they are many", async () => {
    const { hub, polls, askedOne } = await begin(1_000);
    polls(Array.from({ length: 500 }, (_, index) => ({ index, outcome: index === 321 ? "not_found" : "events" })));
    await eventually(() => expect(askedOne()).toEqual(["repos/o/r321"]));
    await eventually(() => expect(hub.find("o/r499")!.info.value.last_polled_at).toBe("2026-01-01T00:00:00Z"));
    expect(askedOne()).toHaveLength(1);
    hub.stop();
  });
});
