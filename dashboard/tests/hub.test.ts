import { expect, it, vi } from "vitest";

import type { Client } from "../src/api/client";
import type { Repository, Statistics } from "../src/api/types";
import { Hub } from "../src/state/hub";

const repository = { full_name: "o/r", active: true } as Repository;
const statistics = (events: number) => ({ repository: "o/r", window: { events }, types: [] }) as unknown as Statistics;

// A server that answers when it is told to, and a stream that says what it is given.
function stage() {
  const answers = new Map<string, (value: unknown) => void>();
  const asked = (path: string) => new Promise((resolve) => answers.set(path, resolve));
  let say = (_: string) => {};
  const stream = new ReadableStream<Uint8Array>({
    start: (controller) => { say = (text) => controller.enqueue(new TextEncoder().encode(text)); },
  });
  const client = {
    watch: asked, get: asked, post: async () => repository, send: async () => new Response(stream),
  } as unknown as Client;
  const hub = new Hub(client);
  const answer = async (path: string, value: unknown) => {
    await vi.waitFor(() => expect([...answers.keys()]).toContain(path));
    answers.get(path)!(value);
  };
  return { hub, answer, tell: (told: Statistics) => say(`event: stats\ndata: ${JSON.stringify(told)}\n\n`) };
}
const shown = (hub: Hub) => hub.find("o/r")?.statistics.value?.window.events;

it("what the stream told while an answer was under way is newer than the answer", async () => {
  const { hub, answer, tell } = stage();
  hub.start();
  await hub.add("o/r", true);
  tell(statistics(30));
  await vi.waitFor(() => expect(shown(hub)).toBe(30));
  await answer("repos/o/r/events/stats/", statistics(0));
  await new Promise((resolve) => setTimeout(resolve));
  expect(shown(hub)).toBe(30);
  hub.stop();
});

it("an answer counts where the stream told nothing", async () => {
  const { hub, answer } = stage();
  hub.start();
  await hub.add("o/r", true);
  await answer("repos/o/r/events/stats/", statistics(7));
  await vi.waitFor(() => expect(shown(hub)).toBe(7));
  hub.stop();
});
