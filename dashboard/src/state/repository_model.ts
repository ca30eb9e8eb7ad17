// Holds what the page knows of one repository: the server's last answers, and the events that were loaded or came live.
import { computed, type Signal, signal } from "@preact/signals";

import { type Client, repositoryPath } from "../api/client";
import type { GitHubEvent, History, Repository, Statistics } from "../api/types";
import { type Actors, actorsParameter } from "../domain/actors";
import { parseTime } from "../domain/format";
import { averageInterval, FEW_EVENTS, totalRate } from "../domain/rates";
import { type RecentHistory, readRecent } from "../domain/trend";
import { type Entry, LoadedEvents } from "./loaded_events";

export class RepositoryModel {
  readonly key: string; // the name in lower case
  readonly info: Signal<Repository>;
  readonly statistics = signal<Statistics | null>(null);
  readonly events: LoadedEvents; // up to now
  readonly arrivals = signal(0); // events that came live
  readonly recent = signal<RecentHistory | null>(null); // null: not loaded, or not known
  recentQuery: string | null = null; // with which it was loaded

  // The time between two events of any type inside the window, in seconds.
  private readonly averageInterval = computed(() => averageInterval(this.statistics.value));
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

  // `actors`: whose events the figures are about. `info` is about everybody.
  constructor(
    repository: Repository,
    private readonly actors: Actors = "all",
  ) {
    this.key = repository.full_name.toLowerCase();
    this.info = signal(repository);
    this.events = new LoadedEvents(this.info, actors);
  }

  get entries(): Signal<Entry[]> {
    return this.events.entries;
  }

  // Adds an event that came live. Returns null if it is already known.
  addLive(event: GitHubEvent): Entry | null {
    const entry = this.events.addLive(event);
    if (!entry) return null;
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

  private lastInWindow(): number | null {
    const times = (this.statistics.value?.types ?? []).flatMap((row) => parseTime(row.last_event_at) ?? []);
    return times.length > 0 ? Math.max(...times, this.entries.value[0]?.at ?? -Infinity) : null;
  }
}
