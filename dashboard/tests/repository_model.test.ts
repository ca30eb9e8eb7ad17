import { describe, expect, it } from "vitest";

import type { Client } from "../src/api/client";
import type { GitHubEvent, Repository } from "../src/api/types";
import { LATEST_SHOWN, LatestEvents } from "../src/state/latest_events";
import { RepositoryModel } from "../src/state/repository_model";

const start = Date.UTC(2026, 0, 1) / 1000;
const time = (at: number) => new Date(at * 1000).toISOString();
const event = (number: number) =>
  ({ id: String(number), type: "PushEvent", created_at: time(start + number), actor: { login: "ada" } }) as GitHubEvent;
const repository = (fullName = "o/r") =>
  ({
    full_name: fullName,
    name: "r",
    owner: { login: "o" },
    html_url: "https://github.com",
    events_stored: 0,
  }) as Repository;

// A server that has the events 1 to `stored`, newest first, a hundred a page.
class Server {
  asked = 0;
  constructor(public stored: number) {}
  readonly client = {
    page: async (path: string) => {
      this.asked++;
      const page = Number(new URL(path, "http://server").searchParams.get("page"));
      const numbers = Array.from({ length: this.stored }, (_, index) => this.stored - index);
      const items = numbers.slice((page - 1) * 100, page * 100).map(event);
      return { items, more: page * 100 < this.stored };
    },
  } as unknown as Client;
}
const numbersOf = (model: RepositoryModel) => model.entries.value.map((entry) => entry.at - start);

describe("live events", () => {
  it("of a repository whose events nobody asked for are counted and not kept", () => {
    const model = new RepositoryModel(repository());
    for (let number = 1; number <= 10_000; number++) model.addLive(event(number));
    expect(model.entries.value).toHaveLength(0);
    expect(model.info.value.events_stored).toBe(10_000);
    expect(model.lastEventAt.value).toBe(start + 10_000);
  });

  it("push the oldest events out once there are more than were asked for, and these can be loaded again", async () => {
    const server = new Server(900);
    const model = new RepositoryModel(repository());
    await model.events.load(server.client, start, 500);
    expect(numbersOf(model)).toHaveLength(500);
    let most = 0;
    while (server.stored < 5_000) {
      model.addLive(event(++server.stored));
      most = Math.max(most, model.entries.value.length);
    }
    expect(most).toBeLessThanOrEqual(600);
    expect(numbersOf(model)[0]).toBe(5_000);
    await model.events.load(server.client, start, 1_200);
    const loaded = numbersOf(model);
    expect(loaded.length).toBeGreaterThanOrEqual(1_200);
    expect(loaded).toEqual(loaded.map((_, index) => 5_000 - index)); // none is missing, none is there twice
  });

  it("that are known already are not counted again", async () => {
    const server = new Server(10);
    const model = new RepositoryModel(repository());
    await model.events.load(server.client, start, 500);
    expect(model.addLive(event(10))).toBeNull();
    expect(model.addLive(event(11))).not.toBeNull();
    expect(model.info.value.events_stored).toBe(1);
  });

  it("do not make the last event older", () => {
    const model = new RepositoryModel({ ...repository(), last_event_at: time(start + 50) });
    model.addLive(event(20));
    expect(model.lastEventAt.value).toBe(start + 50);
  });
});

describe("the latest events", () => {
  it("are the newest of all repositories, each once, in whatever order they come", () => {
    const latest = new LatestEvents();
    const models = ["o/a", "o/b", "o/c"].map((name) => new RepositoryModel(repository(name)));
    const numbers = Array.from({ length: 400 }, (_, index) => (index * 151) % 400);
    for (const number of numbers) {
      const model = models[number % 3]!;
      const entry = model.addLive(event(number))!;
      latest.add(model, [entry]);
      latest.add(model, [entry]);
    }
    expect(latest.all.value.map(({ entry }) => entry.at - start)).toEqual(
      Array.from({ length: LATEST_SHOWN }, (_, index) => 399 - index),
    );
    const late = { ...models[1]!.addLive(event(1_000))!, at: latest.all.value.at(-1)!.entry.at };
    latest.add(models[1]!, [late]); // as old as the oldest, and newer here
    expect(latest.all.value.at(-1)!.entry).toBe(late);
    latest.keepOnly((model) => model !== models[0]);
    expect(new Set(latest.all.value.map(({ model }) => model.key))).toEqual(new Set(["o/b", "o/c"]));
  });
});
