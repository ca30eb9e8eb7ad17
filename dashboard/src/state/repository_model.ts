// Holds what the page knows of one repository: the server's last answers, and the events that were loaded or came live.
import { computed, type Signal, signal } from "@preact/signals";

import { type Client, repositoryPath } from "../api/client";
import type { GitHubEvent, History, Repository, Statistics } from "../api/types";
import type { Point } from "../domain/activity";
import { type Actors, actorsParameter } from "../domain/actors";
import { parseTime } from "../domain/format";
import { GitHubSite } from "../domain/links";
import { FEW_EVENTS, totalRate } from "../domain/rates";
import { describeEvent, type Sentence } from "../domain/sentences";
import { type RecentHistory, readRecent } from "../domain/trend";

// What the page keeps of an event; GitHub's JSON is a hundred times larger.
export interface Entry extends Point {
  id: string;
  actor: string;
  sentence: Sentence;
}

export type Extent = "none" | "some" | "all";

const EVENTS_APAGE = 100;

export class RepositoryModel {
  readonly key: string; // the name in lower case
  readonly info: Signal<Repository>;
  readonly statistics = signal<Statistics | null>(null);
  readonly entries = signal<Entry[]>([]); // newest first
  readonly extent = signal<Extent>("none"); // how much of the stored history `entries` holds
  readonly loading = signal(false);
  readonly loadProblem = signal<string | null>(null);
  readonly arrivals = signal(0); // events that came live
  readonly recent = signal<RecentHistory | null>(null); // null: not loaded, or not known
  recentQuery: string | null = null; // with which it was loaded

  // The time between two events of any type inside the window, in seconds.
  private readonly averageInterval = computed(() => {
    const window = this.statistics.value?.window;
    const [from, to] = [parseTime(window?.from), parseTime(window?.to)];
    return window && window.events > 1 && from !== null && to !== null ? (to - from) / (window.events - 1) : null;
  });
  readonly hasFewEvents = computed(() => (this.statistics.value?.window.events ?? 0) < FEW_EVENTS);
  // The same, if there are enough events to call it usual.
  readonly usualInterval = computed(() => (this.hasFewEvents.value ? null : this.averageInterval.value));
  // Events per hour of all types, over the time watched.
  readonly rate = computed(() =>
    this.statistics.value ? totalRate(this.statistics.value, this.averageInterval.value) : null,
  );
  readonly lastEventAt = computed(
    () =>
      (this.actors === "all" ? parseTime(this.info.value.last_event_at) : this.lastInWindow()) ??
      this.entries.value[0]?.at ??
      null,
  );

  private readonly known = new Set<string>(); // the ids of `entries`
  private wanted = 0; // how many entries were asked for
  private nextPage = 1;
  private load: Promise<void> | null = null;

  // `actors`: whose events the figures are about. `info` is about everybody.
  constructor(
    repository: Repository,
    private readonly actors: Actors = "all",
  ) {
    this.key = repository.full_name.toLowerCase();
    this.info = signal(repository);
  }

  // Adds an event that came live. Returns null if it is already known. A repository whose events nobody has asked for keeps none, and
  // the others no more than were asked for, so a page may stay open for months.
  addLive(event: GitHubEvent): Entry | null {
    const [entry] = this.unknown([event]);
    if (!entry) return null;
    if (this.extent.value !== "none" || this.loading.value) {
      this.insert([entry]);
      this.trim();
    }
    const info = this.info.value;
    const newest = entry.at > (parseTime(info.last_event_at) ?? -Infinity) ? event.created_at : info.last_event_at;
    this.info.value = { ...info, events_stored: info.events_stored + 1, last_event_at: newest };
    this.arrivals.value++;
    return entry;
  }

  // Nothing is known after a failure; the next time that it is wanted, it is loaded again.
  async loadRecent(client: Client, query: string): Promise<void> {
    this.recentQuery = query;
    try {
      this.recent.value = readRecent(
        await client.get<History>(
          repositoryPath(this.info.value.full_name, `/events/stats/history/?${query}${actorsParameter(this.actors)}`),
        ),
      );
    } catch {
      this.recentQuery = null;
      this.recent.value = null;
    }
  }

  // Loads stored events, newest first, until one is older than `since` or there are `most`. Calls run one after the other.
  async loadEvents(client: Client, since: number, most: number): Promise<void> {
    this.wanted = Math.max(this.wanted, most);
    while (this.load) await this.load;
    this.load = this.loadPages(client, since, most).finally(() => (this.load = null));
    await this.load;
  }

  private async loadPages(client: Client, since: number, most: number): Promise<void> {
    this.loading.value = true;
    this.loadProblem.value = null;
    try {
      while (
        this.extent.value !== "all" &&
        this.entries.value.length < most &&
        (this.entries.value.at(-1)?.at ?? Infinity) >= since
      ) {
        // New events shift the pages, so an event may come twice; insert() ignores the second one.
        const path = repositoryPath(
          this.info.value.full_name,
          `/events/?per_page=${EVENTS_APAGE}&page=${this.nextPage}${actorsParameter(this.actors)}`,
        );
        const page = await client.page<GitHubEvent>(path);
        this.nextPage++;
        this.insert(this.unknown(page.items));
        this.extent.value = page.more ? "some" : "all";
      }
    } catch (error) {
      this.loadProblem.value = error instanceof Error ? error.message : String(error);
    } finally {
      this.loading.value = false;
    }
  }

  private lastInWindow(): number | null {
    const times = (this.statistics.value?.types ?? []).flatMap((row) => parseTime(row.last_event_at) ?? []);
    return times.length > 0 ? Math.max(...times, this.entries.value[0]?.at ?? -Infinity) : null;
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
    const pages = Math.ceil(this.wanted / EVENTS_APAGE);
    const most = pages * EVENTS_APAGE;
    const entries = this.entries.value;
    if (this.loading.value || entries.length < most + EVENTS_APAGE) return;
    for (const { id } of entries.slice(most)) this.known.delete(id);
    this.entries.value = entries.slice(0, most);
    this.extent.value = "some";
    this.nextPage = pages + 1;
  }
}
