import { expect, it, vi } from "vitest";

import type { Client } from "../src/api/client";
import type { Repository, Statistics } from "../src/api/types";
import { Hub } from "../src/state/hub";

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
    await vi.waitFor(() => expect([...answers.keys()]).toContain(path));
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
  await vi.waitFor(() => expect(shown(hub)).toBe(30));
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
  await vi.waitFor(() => expect(shown(hub)).toBe(7));
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
