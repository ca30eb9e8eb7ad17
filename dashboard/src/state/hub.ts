// Holds what the server knows, and keeps it up to date: with the event stream, or by asking every 10 s while there is no stream.
import { type Signal, signal } from "@preact/signals";

import { ApiError, type Client, repository_path } from "../api/client";
import { EventStream, type StreamMessage, type StreamState } from "../api/event_stream";
import type { EventMessage, PollMessage, Poller, Repository, Statistics } from "../api/types";
import { type Actors, actors_parameter, includes_login } from "../domain/actors";
import { kDay, parse_time } from "../domain/format";
import { is_owner } from "../domain/name_list";
import { recent_query } from "../domain/trend";
import { FiringAlerts } from "./firing_alerts";
import { RepositoryModel } from "./repository_model";
import { TaskQueue } from "./task_queue";

export type Connection = "connecting" | "live" | "polling" | "offline";

const kRefreshLiveMillis = 60_000;  // for what the stream does not send: repositories that others add or remove
const kRefreshPollingMillis = 10_000;
const kPollerThrottleMillis = 3_000;
const kUnknownThrottleMillis = 500;
const kPollsKept = 100;
const kOutdatedThrottleMillis = 3_000;
const kOutdatedOneByOne = 5;
const kItemsAPage = 100;
const kLoadsAtOnce = 2;
const kWindowDays = 7;
const kWindowEvents = 500;

export class Hub {
  // null until the first answer.
  readonly repositories = signal<RepositoryModel[] | null>(null);
  readonly poller = signal<Poller | null>(null);
  readonly poller_missing = signal(false);
  readonly connection = signal<Connection>("connecting");
  readonly polls = signal<PollMessage[]>([]);  // newest first
  readonly problem = signal<string | null>(null);
  readonly alerts: FiringAlerts;
  readonly bots = signal<readonly string[]>([]);  // patterns of robots' logins, if `actors` is not all

  private readonly models = new Map<string, RepositoryModel>();
  private readonly last_seen = new Map<string, Repository>();  // by identity: the same object means that nothing changed
  private readonly stream: EventStream;
  private readonly window_loads = new TaskQueue(kLoadsAtOnce);
  private readonly recent_loads = new TaskQueue(kLoadsAtOnce);
  private refresh_timer: ReturnType<typeof setTimeout> | undefined;
  private poller_timer: ReturnType<typeof setTimeout> | undefined;
  private unknown_timer: ReturnType<typeof setTimeout> | undefined;
  private outdated_timer: ReturnType<typeof setTimeout> | undefined;
  private readonly outdated = new Set<RepositoryModel>();
  private stopped = false;

  // `actors`: whose events the figures are about.
  constructor(readonly client: Client, readonly actors: Actors = "all") {
    this.alerts = new FiringAlerts(client);
    this.stream = new EventStream({
      open: (last_event_id, abort) =>
        client.send("GET", "stream", {
          signal: abort,
          headers: { Accept: "text/event-stream", ...(last_event_id ? { "Last-Event-ID": last_event_id } : {}) },
        }),
      on_message: (message) => this.on_message(message),
      on_state: (state) => this.on_stream_state(state),
    });
  }

  start(): void {
    void this.refresh();
    this.stream.start();
  }

  stop(): void {
    this.stopped = true;
    this.stream.stop();
    this.alerts.stop();
    this.window_loads.clear();
    this.recent_loads.clear();
    clearTimeout(this.refresh_timer);
    clearTimeout(this.poller_timer);
    clearTimeout(this.unknown_timer);
    clearTimeout(this.outdated_timer);
  }

  find(full_name: string): RepositoryModel | undefined {
    return this.models.get(full_name.toLowerCase());
  }

  // Asks for everything again; what has not changed is answered with 304.
  async refresh(): Promise<void> {
    clearTimeout(this.refresh_timer);
    void this.alerts.refresh();
    try {
      const before = new Map([...this.models].map(([key, model]) => [key, model.statistics.value]));
      const [repositories, statistics] = await Promise.all([this.all_pages<Repository>("repos/"), this.all_pages<Statistics>("stats/", actors_parameter(this.actors))]);
      if (this.stopped) return;
      this.set_repositories(repositories);
      this.see_who_counts(statistics[0]);
      for (const each of statistics) this.set_statistics_if_unchanged(each, before.get(each.repository.toLowerCase()) ?? null);
      await this.refresh_poller();
      this.problem.value = null;
      if (this.connection.value === "offline") this.connection.value = "polling";
    } catch (error) {
      this.problem.value = error instanceof Error ? error.message : String(error);
      if (error instanceof ApiError && error.reason === "unreachable") this.connection.value = "offline";
    }
    if (this.stopped) return;
    clearTimeout(this.refresh_timer);
    this.refresh_timer = setTimeout(() => void this.refresh(), this.connection.value === "live" ? kRefreshLiveMillis : kRefreshPollingMillis);
  }

  async refresh_statistics(full_name: string): Promise<void> {
    const before = this.find(full_name)?.statistics.value ?? null;
    this.set_statistics_if_unchanged(await this.client.get_cached<Statistics>(repository_path(full_name, `/events/stats/${actors_parameter(this.actors).replace("&", "?")}`)), before);
  }

  async add(full_name: string, active: boolean): Promise<Repository> {
    const repository = await this.client.post<Repository>("repos/", { full_name, active });
    if (is_owner(repository.full_name)) {
      void this.refresh();
      return repository;
    }
    this.put(repository);
    this.publish();
    this.load_statistics(repository.full_name);
    return repository;
  }

  // All or none. Returns how many were not here before.
  async add_all(full_names: string[], active: boolean): Promise<number> {
    const repositories = await this.client.post<Repository[]>("repos/", full_names.map((full_name) => ({ full_name, active })));
    const before = this.models.size;
    for (const repository of repositories) {
      if (!is_owner(repository.full_name)) this.put(repository);
    }
    this.publish();
    void this.refresh();
    return this.models.size - before;
  }

  async set_active(full_name: string, active: boolean): Promise<void> {
    this.put(await this.client.post<Repository>(repository_path(full_name, active ? "/activate" : "/deactivate")));
    this.publish();
    this.load_statistics(full_name);
  }

  // Has the server ask GitHub for the repository's events as soon as GitHub permits. Returns when that is.
  async ask_now(full_name: string): Promise<Repository> {
    const repository = await this.client.post<Repository>(repository_path(full_name, "/poll"));
    this.put(repository);
    this.publish();
    return repository;
  }

  async remove(full_name: string): Promise<void> {
    await this.client.remove(repository_path(full_name));
    this.models.delete(full_name.toLowerCase());
    this.publish();
  }

  // Messages about a repository that came before it was known here were ignored.
  private load_statistics(full_name: string): void {
    this.refresh_statistics(full_name).catch(() => {});  // the next refresh reports what is wrong
  }

  // Loads the events of the window, for a few repositories at a time.
  load_window(model: RepositoryModel): void {
    if (model.extent.value !== "none") return;
    this.window_loads.add(model, async () => {
      const window = model.statistics.value?.window;
      const days = window?.days ?? kWindowDays;
      await model.load_events(this.client, Date.now() / 1000 - days * kDay, window?.max_events ?? kWindowEvents);
    });
  }

  // Loads the events of the last 14 days by hour, for a few repositories at a time, unless that is known for this hour. `wanted` is asked
  // when the repository's turn comes.
  load_recent(model: RepositoryModel, wanted: () => boolean): void {
    const query = recent_query(Date.now() / 1000);
    if (model.recent_query === query) return;
    this.recent_loads.add(model, () => model.load_recent(this.client, query), wanted);
  }

  // An older server gives statistics without pages: then the first answer is all of them.
  private async all_pages<T>(list: string, parameters = ""): Promise<T[]> {
    const all: T[] = [];
    for (let page = 1; ; page++) {
      const items = await this.client.get_cached<T[]>(`${list}?per_page=${kItemsAPage}&page=${page}${parameters}`);
      for (const item of items) all.push(item);
      if (items.length !== kItemsAPage) return all;
    }
  }

  private set_repositories(repositories: Repository[]): void {
    const present = new Set(repositories.map((repository) => repository.full_name.toLowerCase()));
    for (const key of this.models.keys()) if (!present.has(key)) this.models.delete(key);
    for (const repository of repositories) {
      const key = repository.full_name.toLowerCase();
      if (this.last_seen.get(key) === repository && this.models.has(key)) continue;
      this.last_seen.set(key, repository);
      this.put(repository);
    }
    this.publish();
  }

  private put(repository: Repository): void {
    const model = this.find(repository.full_name);
    if (model) model.info.value = repository;
    else this.models.set(repository.full_name.toLowerCase(), new RepositoryModel(repository, this.actors));
  }

  private publish(): void {
    const before = this.repositories.value;
    const models = [...this.models.values()];
    if (before && before.length === models.length && before.every((model, index) => model === models[index])) return;
    this.repositories.value = models;
  }

  // While a request runs, the stream may bring newer statistics than its answer. `before` is what was known when it was sent;
  // the answer counts only if that has not changed since.
  private set_statistics_if_unchanged(statistics: Statistics, before: Statistics | null): void {
    const model = this.find(statistics.repository);
    if (model && model.statistics.value === before) model.statistics.value = statistics;
  }

  private async refresh_poller(): Promise<void> {
    try {
      this.poller.value = await this.client.get_cached<Poller>("poller");
    } catch (error) {
      if (!(error instanceof ApiError) || error.reason !== "not_found") throw error;
      this.poller_missing.value = true;
    }
  }

  private on_stream_state(state: StreamState): void {
    if (state === "live") {
      const was_away = this.connection.value !== "live";
      this.connection.value = "live";
      if (was_away && this.repositories.value) void this.refresh();
    } else if (state === "waiting") {
      const was_live = this.connection.value === "live";
      if (this.connection.value !== "offline") this.connection.value = "polling";
      if (was_live) void this.refresh();
    }
  }

  private on_message(message: StreamMessage): void {
    let data: unknown;
    try {
      data = JSON.parse(message.data);
    } catch {
      return;  // the next refresh brings what this message was about
    }
    if (message.event === "event") this.on_event(data as EventMessage);
    else if (message.event === "stats") this.on_statistics(data as Statistics);
    else if (message.event === "poll") this.on_poll(data as PollMessage);
  }

  private on_event({ repository, event }: EventMessage): void {
    const model = this.find(repository);
    if (!model) this.on_unknown();
    else if (this.actors === "all") model.add_live(event);
    else if (this.bots.value.length > 0 && includes_login(this.actors, this.bots.value, String(event.actor?.login ?? ""))) model.add_live(event);
  }

  private on_statistics(statistics: Statistics): void {
    const model = this.find(statistics.repository);
    if (!model) this.on_unknown();
    else if (this.actors === "all") model.statistics.value = statistics;
    else this.on_outdated(model);
  }

  // The stream sends statistics about everybody. Those of people or robots are asked for.
  private on_outdated(model: RepositoryModel): void {
    this.outdated.add(model);
    this.outdated_timer ??= setTimeout(() => {
      this.outdated_timer = undefined;
      const models = [...this.outdated];
      this.outdated.clear();
      if (models.length > kOutdatedOneByOne) void this.refresh();
      else for (const each of models) this.load_statistics(each.info.value.full_name);
    }, kOutdatedThrottleMillis);
  }

  // Learns from an answer whether this server tells people from robots, and who the robots are.
  private see_who_counts(statistics: Statistics | undefined): void {
    if (this.actors === "all" || !statistics) {
      if (tells_robots.value === null) void this.ask_who_counts();
      return;
    }
    tells_robots.value = statistics.actors === this.actors;
    if (statistics.bots) this.bots.value = statistics.bots;
  }

  private async ask_who_counts(): Promise<void> {
    const [first] = this.models.values();
    if (!first) return;
    try {
      const { actors } = await this.client.get<Statistics>(repository_path(first.info.value.full_name, "/events/stats/?actors=people&type=none"));
      tells_robots.value = actors === "people";
    } catch {
      // the next refresh asks again
    }
  }

  // Somebody else has added a repository.
  private on_unknown(): void {
    if (!this.repositories.value) return;
    this.unknown_timer ??= setTimeout(() => {
      this.unknown_timer = undefined;
      void this.refresh();
    }, kUnknownThrottleMillis);
  }

  private on_poll(poll: PollMessage): void {
    this.polls.value = [poll, ...this.polls.value].slice(0, kPollsKept);
    const model = poll.repository ? this.find(poll.repository) : undefined;
    if (model) void this.refresh_repository(model, poll);
    else if (poll.repository) this.on_unknown();
    this.alerts.refresh_soon();
    this.poller_timer ??= setTimeout(() => {
      this.poller_timer = undefined;
      this.refresh_poller().catch(() => {});  // the next refresh reports what is wrong
    }, kPollerThrottleMillis);
  }

  private async refresh_repository(model: RepositoryModel, poll: PollMessage): Promise<void> {
    const info = model.info.value;
    model.info.value = { ...info, last_polled_at: poll.at, next_poll_at: poll.next_poll_at ?? info.next_poll_at ?? null };
    try {
      const fresh = await this.client.get<Repository>(repository_path(info.full_name));
      if (this.models.get(model.key) === model) model.info.value = fresh;
    } catch {
      // the next refresh reports what is wrong
    }
  }
}

export const hub: Signal<Hub | null> = signal(null);

// Whether the server tells people from robots; null until that is known.
export const tells_robots = signal<boolean | null>(null);

// The gaps in which events may be missing, as seconds since 1970.
export function gaps_of(repository: Repository): { from: number; to: number }[] {
  return (repository.gaps ?? []).flatMap((gap) => {
    const [from, to] = [parse_time(gap.from), parse_time(gap.to)];
    return from !== null && to !== null && to >= from ? [{ from, to }] : [];
  });
}
