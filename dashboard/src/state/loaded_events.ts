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

const EVENTS_A_PAGE = 100;

export class LoadedEvents {
  readonly entries = signal<Entry[]>([]); // newest first
  readonly extent = signal<Extent>("none"); // how much of the stored events `entries` holds
  readonly loading = signal(false);
  readonly problem = signal<string | null>(null);

  private readonly known = new Set<string>(); // the ids of `entries`
  private wanted = 0; // how many entries were asked for
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
    this.wanted = Math.max(this.wanted, most);
    while (this.running) await this.running;
    this.running = this.loadPages(client, since, most).finally(() => {
      this.running = null;
    });
    await this.running;
  }

  // Returns null if it is already known. Nothing is kept while nobody has asked for events, and no more than were asked for, so a page may
  // stay open for months.
  addLive(event: GitHubEvent): Entry | null {
    const [entry] = this.unknown([event]);
    if (!entry) return null;
    if (this.extent.value !== "none" || this.loading.value) {
      this.insert([entry]);
      this.trim();
    }
    return entry;
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
        // New events shift the pages, so an event may come twice; unknown() leaves out the second one.
        const page = await client.page<GitHubEvent>(
          repositoryPath(this.info.value.full_name, `/events/?${this.query()}`),
        );
        this.nextPage++;
        this.insert(this.unknown(page.items));
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
    return `per_page=${EVENTS_A_PAGE}&page=${this.nextPage}${between ?? ""}${actorsParameter(this.actors)}`;
  }

  private unknown(events: GitHubEvent[]): Entry[] {
    const site = GitHubSite.of(this.info.value.html_url);
    const fresh = new Map<string, Entry>();
    for (const event of events) {
      const at = parseTime(event.created_at);
      const id = `${event.id} ${event.created_at}`;
      if (at === null || this.known.has(id) || fresh.has(id)) continue;
      const sentence = describeEvent(event, this.info.value.full_name, site);
      fresh.set(id, { id, at, type: String(event.type), actor: String(event.actor?.login ?? ""), sentence });
    }
    return [...fresh.values()];
  }

  private insert(fresh: Entry[]): void {
    if (fresh.length === 0) return;
    for (const { id } of fresh) this.known.add(id);
    this.entries.value = [...this.entries.value, ...fresh].sort((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1));
  }

  // Forgets whole pages of the oldest entries. If they are wanted again, they are loaded again.
  private trim(): void {
    const pages = Math.ceil(this.wanted / EVENTS_A_PAGE);
    const most = pages * EVENTS_A_PAGE;
    const entries = this.entries.value;
    if (this.loading.value || entries.length < most + EVENTS_A_PAGE) return;
    for (const { id } of entries.slice(most)) this.known.delete(id);
    this.entries.value = entries.slice(0, most);
    this.extent.value = "some";
    this.nextPage = pages + 1;
  }
}
