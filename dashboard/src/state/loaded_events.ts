// The stored events of a repository that were loaded, of all time or of one span, newest first.
import { type Signal, signal } from "@preact/signals";

import { type Client, repositoryPath } from "../api/client";
import type { GitHubEvent, Repository } from "../api/types";
import type { Point } from "../domain/activity";
import { type Actors, actorsParameter } from "../domain/actors";
import { parseTime, queryTime } from "../domain/format";
import { GitHubSite } from "../domain/links";
import type { Span } from "../domain/range";
import { describeEvent, type Sentence } from "../domain/sentences";

// What the page keeps of an event; GitHub's JSON is a hundred times larger.
export interface Entry extends Point {
  id: string;
  actor: string;
  sentence: Sentence;
}

export type Extent = "none" | "some" | "all";

const EVENTS_APAGE = 100;

export class LoadedEvents {
  readonly entries = signal<Entry[]>([]); // newest first
  readonly extent = signal<Extent>("none"); // how much of the stored events `entries` holds
  readonly loading = signal(false);
  readonly problem = signal<string | null>(null);

  private readonly known = new Set<string>();
  private nextPage = 1;
  private running: Promise<void> | null = null;

  // `span`: null is all time.
  constructor(
    private readonly info: Signal<Repository>,
    private readonly actors: Actors,
    private readonly span: Span | null = null,
  ) {}

  // Loads stored events, newest first, until one is older than `since` or there are `most`. Calls run one after the other.
  async load(client: Client, since: number, most: number): Promise<void> {
    while (this.running) await this.running;
    this.running = this.loadPages(client, since, most).finally(() => {
      this.running = null;
    });
    await this.running;
  }

  // Adds the events that are not known yet, and returns how many these are.
  insert(events: GitHubEvent[]): number {
    const site = GitHubSite.of(this.info.value.html_url);
    const fresh: Entry[] = [];
    for (const event of events) {
      const at = parseTime(event.created_at);
      const identity = `${event.id} ${event.created_at}`;
      if (at === null || this.known.has(identity)) continue;
      this.known.add(identity);
      const sentence = describeEvent(event, this.info.value.full_name, site);
      fresh.push({ id: identity, at, type: String(event.type), actor: String(event.actor?.login ?? ""), sentence });
    }
    if (fresh.length > 0)
      this.entries.value = [...this.entries.value, ...fresh].sort((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1));
    return fresh.length;
  }

  private async loadPages(client: Client, since: number, most: number): Promise<void> {
    this.loading.value = true;
    this.problem.value = null;
    try {
      while (
        this.extent.value !== "all" &&
        this.entries.value.length < most &&
        (this.entries.value.at(-1)?.at ?? Infinity) >= since
      ) {
        // New events shift the pages, so an event may come twice; insert() ignores the second one.
        const page = await client.page<GitHubEvent>(
          repositoryPath(this.info.value.full_name, `/events/?${this.query()}`),
        );
        this.nextPage++;
        this.insert(page.items);
        this.extent.value = page.more ? "some" : "all";
      }
    } catch (error) {
      this.problem.value = error instanceof Error ? error.message : String(error);
    } finally {
      this.loading.value = false;
    }
  }

  private query(): string {
    const between = this.span && `&since=${queryTime(this.span.from)}&until=${queryTime(this.span.to)}`;
    return `per_page=${EVENTS_APAGE}&page=${this.nextPage}${between ?? ""}${actorsParameter(this.actors)}`;
  }
}
