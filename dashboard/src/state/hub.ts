// Holds what the server knows, and keeps it up to date: with the event stream, or by asking every 10 s while there is no stream.
import { batch, type Signal, signal } from "@preact/signals";

import { ApiError, type Client, repositoryPath } from "../api/client";
import { EventStream, type StreamMessage, type StreamState } from "../api/event_stream";
import type { EventMessage, GitHubEvent, Poller, PollMessage, Repository, Statistics } from "../api/types";
import { type Actors, actorsParameter, includesLogin } from "../domain/actors";
import { DAY, parseTime } from "../domain/format";
import { isOwner } from "../domain/name_list";
import { recentQuery } from "../domain/trend";
import { FiringAlerts } from "./firing_alerts";
import { Inbox } from "./inbox";
import { LATEST_SHOWN, LatestEvents } from "./latest_events";
import { RepositoryModel } from "./repository_model";
import { TaskQueue } from "./task_queue";

export type Connection = "connecting" | "live" | "polling" | "offline";

const REFRESH_LIVE_MILLIS = 60_000; // for what the stream does not send: repositories that others add or remove
const REFRESH_POLLING_MILLIS = 10_000;
const POLLER_THROTTLE_MILLIS = 3_000;
const POLLER_MILLIS_AFEED = 10; // the answer lists all feeds
const POLLED_THROTTLE_MILLIS = 500;
const POLLED_AT_ONCE = 5;
const UNKNOWN_THROTTLE_MILLIS = 500;
const POLLS_KEPT = 100;
const OUTDATED_THROTTLE_MILLIS = 3_000;
const OUTDATED_ONE_BY_ONE = 5;
const ITEMS_A_PAGE = 100;
const LOADS_AT_ONCE = 2;
const WINDOW_DAYS = 7;
const WINDOW_EVENTS = 500;

export class Hub {
  // null until the first answer.
  readonly repositories = signal<RepositoryModel[] | null>(null);
  readonly poller = signal<Poller | null>(null);
  readonly pollerMissing = signal(false);
  readonly connection = signal<Connection>("connecting");
  readonly polls = signal<PollMessage[]>([]); // newest first
  readonly problem = signal<string | null>(null);
  readonly alerts: FiringAlerts;
  readonly latest = new LatestEvents();
  readonly bots = signal<readonly string[]>([]); // patterns of robots' logins, if `actors` is not all

  private readonly models = new Map<string, RepositoryModel>();
  private readonly lastSeen = new Map<string, Repository>(); // by identity: the same object means that nothing changed
  private readonly stream: EventStream;
  private readonly inbox = new Inbox<StreamMessage>((message) => this.onMessage(message));
  private readonly windowLoads = new TaskQueue(LOADS_AT_ONCE);
  private readonly recentLoads = new TaskQueue(LOADS_AT_ONCE);
  private refreshTimer: ReturnType<typeof setTimeout> | undefined;
  private pollerTimer: ReturnType<typeof setTimeout> | undefined;
  private pollerAt = 0; // when it ends
  private unknownTimer: ReturnType<typeof setTimeout> | undefined;
  private polledTimer: ReturnType<typeof setTimeout> | undefined;
  private outdatedTimer: ReturnType<typeof setTimeout> | undefined;
  private polled = new Map<RepositoryModel, PollMessage>();
  private readonly outdated = new Set<RepositoryModel>();
  private stopped = false;

  // `actors`: whose events the figures are about.
  constructor(
    readonly client: Client,
    readonly actors: Actors = "all",
  ) {
    this.alerts = new FiringAlerts(client);
    this.stream = new EventStream({
      open: (lastEventId, abort) =>
        client.send("GET", "stream", {
          signal: abort,
          headers: { Accept: "text/event-stream", ...(lastEventId ? { "Last-Event-ID": lastEventId } : {}) },
        }),
      onMessage: (message) => this.inbox.add(message),
      onState: (state) => this.onStreamState(state),
    });
  }

  start(): void {
    void this.refresh();
    this.stream.start();
  }

  stop(): void {
    this.stopped = true;
    this.stream.stop();
    this.inbox.clear();
    this.alerts.stop();
    this.windowLoads.clear();
    this.recentLoads.clear();
    clearTimeout(this.refreshTimer);
    clearTimeout(this.pollerTimer);
    clearTimeout(this.unknownTimer);
    clearTimeout(this.polledTimer);
    clearTimeout(this.outdatedTimer);
  }

  find(fullName: string): RepositoryModel | undefined {
    return this.models.get(fullName.toLowerCase());
  }

  // Asks for everything again; what has not changed is answered with 304.
  async refresh(): Promise<void> {
    clearTimeout(this.refreshTimer);
    void this.alerts.refresh();
    try {
      const before = new Map([...this.models].map(([key, model]) => [key, model.statistics.value]));
      const setStatistics = (each: Statistics) =>
        this.setStatisticsIfUnchanged(each, before.get(each.repository.toLowerCase()) ?? null);
      // With thousands of repositories, a page at a time leaves the reader's input room between them.
      const [repositories, statistics] = await Promise.all([
        this.allPages<Repository>("repos/", "", (each) => this.putIfChanged(each)),
        this.allPages<Statistics>("stats/", actorsParameter(this.actors), setStatistics),
      ]);
      if (this.stopped) return;
      this.keepOnly(repositories);
      this.seeWhoCounts(statistics[0]);
      for (const each of statistics) setStatistics(each); // of those that were not known yet
      await this.refreshPoller();
      this.problem.value = null;
      if (this.connection.value === "offline") this.connection.value = "polling";
    } catch (error) {
      this.problem.value = error instanceof Error ? error.message : String(error);
      if (error instanceof ApiError && error.reason === "unreachable") this.connection.value = "offline";
    }
    if (this.stopped) return;
    clearTimeout(this.refreshTimer);
    this.refreshTimer = setTimeout(
      () => void this.refresh(),
      this.connection.value === "live" ? REFRESH_LIVE_MILLIS : REFRESH_POLLING_MILLIS,
    );
  }

  async refreshStatistics(fullName: string): Promise<void> {
    const before = this.find(fullName)?.statistics.value ?? null;
    this.setStatisticsIfUnchanged(
      await this.client.getCached<Statistics>(
        repositoryPath(fullName, `/events/stats/${actorsParameter(this.actors).replace("&", "?")}`),
      ),
      before,
    );
  }

  async add(fullName: string, active: boolean): Promise<Repository> {
    const repository = await this.client.post<Repository>("repos/", { full_name: fullName, active });
    if (isOwner(repository.full_name)) {
      void this.refresh();
      return repository;
    }
    this.put(repository);
    this.publish();
    this.loadStatistics(repository.full_name);
    return repository;
  }

  // All or none. Returns how many were not here before.
  async addAll(fullNames: string[], active: boolean): Promise<number> {
    const repositories = await this.client.post<Repository[]>(
      "repos/",
      fullNames.map((fullName) => ({ full_name: fullName, active })),
    );
    const before = this.models.size;
    for (const repository of repositories) {
      if (!isOwner(repository.full_name)) this.put(repository);
    }
    this.publish();
    void this.refresh();
    return this.models.size - before;
  }

  async setActive(fullName: string, active: boolean): Promise<void> {
    this.put(await this.client.post<Repository>(repositoryPath(fullName, active ? "/activate" : "/deactivate")));
    this.publish();
    this.loadStatistics(fullName);
  }

  // Has the server ask GitHub for the repository's events as soon as GitHub permits. Returns when that is.
  async askNow(fullName: string): Promise<Repository> {
    const repository = await this.client.post<Repository>(repositoryPath(fullName, "/poll"));
    this.put(repository);
    this.publish();
    return repository;
  }

  async remove(fullName: string): Promise<void> {
    await this.client.remove(repositoryPath(fullName));
    this.models.delete(fullName.toLowerCase());
    this.publish();
  }

  // Messages about a repository that came before it was known here were ignored.
  private loadStatistics(fullName: string): void {
    this.refreshStatistics(fullName).catch(() => {}); // the next refresh reports what is wrong
  }

  // Loads the events of the window, for a few repositories at a time.
  loadWindow(model: RepositoryModel): void {
    if (model.events.extent.value !== "none") return;
    this.windowLoads.add(model, async () => {
      const window = model.statistics.value?.window;
      const days = window?.days ?? WINDOW_DAYS;
      await model.events.load(this.client, Date.now() / 1000 - days * DAY, window?.max_events ?? WINDOW_EVENTS);
      this.latest.add(model, model.entries.value.slice(0, LATEST_SHOWN));
    });
  }

  // Loads the events of the last 14 days by hour, for a few repositories at a time, unless that is known for this hour. `wanted` is asked
  // when the repository's turn comes.
  loadRecent(model: RepositoryModel, wanted: () => boolean): void {
    const query = recentQuery(Date.now() / 1000);
    if (model.recentQuery === query) return;
    this.recentLoads.add(model, () => model.loadRecent(this.client, query), wanted);
  }

  // `take` gets each item as soon as its page is there. An older server gives statistics without pages: then the first answer is all of
  // them.
  private async allPages<T>(list: string, parameters: string, take: (item: T) => void): Promise<T[]> {
    const all: T[] = [];
    for (let page = 1; ; page++) {
      const items = await this.client.getCached<T[]>(`${list}?per_page=${ITEMS_A_PAGE}&page=${page}${parameters}`);
      if (this.stopped) return all;
      batch(() => {
        for (const item of items) take(item);
      });
      for (const item of items) all.push(item);
      if (items.length !== ITEMS_A_PAGE) return all;
    }
  }

  private keepOnly(repositories: Repository[]): void {
    const present = new Set(repositories.map((repository) => repository.full_name.toLowerCase()));
    for (const key of this.models.keys()) if (!present.has(key)) this.models.delete(key);
    for (const key of this.lastSeen.keys()) if (!present.has(key)) this.lastSeen.delete(key);
    this.publish();
  }

  private putIfChanged(repository: Repository): void {
    const key = repository.full_name.toLowerCase();
    if (this.lastSeen.get(key) === repository && this.models.has(key)) return;
    this.lastSeen.set(key, repository);
    this.put(repository);
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
    this.latest.keepOnly((model) => this.models.get(model.key) === model);
  }

  // While a request runs, the stream may bring newer statistics than its answer. `before` is what was known when it was sent;
  // the answer counts only if that has not changed since.
  private setStatisticsIfUnchanged(statistics: Statistics, before: Statistics | null): void {
    const model = this.find(statistics.repository);
    if (model && model.statistics.value === before) model.statistics.value = statistics;
  }

  private async refreshPoller(): Promise<void> {
    try {
      this.poller.value = await this.client.getCached<Poller>("poller");
    } catch (error) {
      if (!(error instanceof ApiError) || error.reason !== "not_found") throw error;
      this.pollerMissing.value = true;
    }
  }

  private onStreamState(state: StreamState): void {
    if (state === "live") {
      const wasAway = this.connection.value !== "live";
      this.connection.value = "live";
      if (wasAway && this.repositories.value) void this.refresh();
    } else if (state === "waiting") {
      const wasLive = this.connection.value === "live";
      if (this.connection.value !== "offline") this.connection.value = "polling";
      if (wasLive) void this.refresh();
    }
  }

  private onMessage(message: StreamMessage): void {
    let data: unknown;
    try {
      data = JSON.parse(message.data);
    } catch {
      return; // the next refresh brings what this message was about
    }
    if (message.event === "event") this.onEvent(data as EventMessage);
    else if (message.event === "stats") this.onStatistics(data as Statistics);
    else if (message.event === "poll") this.onPoll(data as PollMessage);
  }

  private onEvent({ repository, event }: EventMessage): void {
    const model = this.find(repository);
    if (!model) this.onUnknown();
    else if (this.counts(event)) {
      const entry = model.addLive(event);
      if (entry) this.latest.add(model, [entry]);
    }
  }

  private counts(event: GitHubEvent): boolean {
    if (this.actors === "all") return true;
    const bots = this.bots.value;
    return bots.length > 0 && includesLogin(this.actors, bots, String(event.actor?.login ?? ""));
  }

  private onStatistics(statistics: Statistics): void {
    const model = this.find(statistics.repository);
    if (!model) this.onUnknown();
    else if (this.actors === "all") model.statistics.value = statistics;
    else this.onOutdated(model);
  }

  // The stream sends statistics about everybody. Those of people or robots are asked for.
  private onOutdated(model: RepositoryModel): void {
    this.outdated.add(model);
    this.outdatedTimer ??= setTimeout(() => {
      this.outdatedTimer = undefined;
      const models = [...this.outdated];
      this.outdated.clear();
      if (models.length <= OUTDATED_ONE_BY_ONE)
        for (const each of models) this.loadStatistics(each.info.value.full_name);
      else if (this.models.size <= ITEMS_A_PAGE) void this.refresh(); // of more, each minute
    }, OUTDATED_THROTTLE_MILLIS);
  }

  // Learns from an answer whether this server tells people from robots, and who the robots are.
  private seeWhoCounts(statistics: Statistics | undefined): void {
    if (this.actors === "all" || !statistics) {
      if (tellsRobots.value === null) void this.askWhoCounts();
      return;
    }
    tellsRobots.value = statistics.actors === this.actors;
    if (statistics.bots) this.bots.value = statistics.bots;
  }

  private async askWhoCounts(): Promise<void> {
    const [first] = this.models.values();
    if (!first) return;
    try {
      const { actors } = await this.client.get<Statistics>(
        repositoryPath(first.info.value.full_name, "/events/stats/?actors=people&type=none"),
      );
      tellsRobots.value = actors === "people";
    } catch {
      // the next refresh asks again
    }
  }

  // Somebody else has added a repository.
  private onUnknown(): void {
    if (!this.repositories.value) return;
    this.unknownTimer ??= setTimeout(() => {
      this.unknownTimer = undefined;
      void this.refresh();
    }, UNKNOWN_THROTTLE_MILLIS);
  }

  private onPoll(poll: PollMessage): void {
    this.polls.value = [poll, ...this.polls.value].slice(0, POLLS_KEPT);
    const model = poll.repository ? this.find(poll.repository) : undefined;
    if (model) this.onPolled(model, poll);
    else if (poll.repository) this.onUnknown();
    this.alerts.refreshSoon();
    const feeds = this.poller.peek()?.feeds?.length ?? 0;
    this.refreshPollerIn(Math.max(POLLER_THROTTLE_MILLIS, wentWell(poll) ? feeds * POLLER_MILLIS_AFEED : 0));
  }

  // Or sooner, if that is planned.
  private refreshPollerIn(millis: number): void {
    const at = Date.now() + millis;
    if (this.pollerTimer !== undefined && this.pollerAt <= at) return;
    clearTimeout(this.pollerTimer);
    this.pollerAt = at;
    this.pollerTimer = setTimeout(() => {
      this.pollerTimer = undefined;
      this.refreshPoller().catch(() => {}); // the next refresh reports what is wrong
    }, millis);
  }

  // A poll message does not say all that a poll has changed.
  private onPolled(model: RepositoryModel, poll: PollMessage): void {
    const info = model.info.value;
    model.info.value = {
      ...info,
      last_polled_at: poll.at,
      next_poll_at: poll.next_poll_at ?? info.next_poll_at ?? null,
    };
    this.polled.set(model, poll);
    this.polledTimer ??= setTimeout(() => {
      this.polledTimer = undefined;
      const polled = [...this.polled];
      this.polled.clear();
      for (const each of mostWanted(polled)) void this.refreshRepository(each);
    }, POLLED_THROTTLE_MILLIS);
  }

  private async refreshRepository(model: RepositoryModel): Promise<void> {
    try {
      const fresh = await this.client.get<Repository>(repositoryPath(model.info.value.full_name));
      if (this.models.get(model.key) === model) model.info.value = fresh;
    } catch {
      // the next refresh reports what is wrong
    }
  }
}

function wentWell(poll: PollMessage): boolean {
  return poll.outcome === undefined || ["events", "not_modified", "end_of_feed"].includes(poll.outcome);
}

// If many repositories were polled, those with a problem, and those whose events are shown; the next refresh brings the others.
function mostWanted(polled: [RepositoryModel, PollMessage][]): RepositoryModel[] {
  const models = polled.map(([model]) => model);
  if (models.length <= POLLED_AT_ONCE) return models;
  const troubled = polled.filter(([, poll]) => !wentWell(poll)).map(([model]) => model);
  const shown = models.filter((model) => model.events.extent.peek() !== "none");
  return [...new Set([...troubled, ...shown])].slice(0, POLLED_AT_ONCE);
}

export const hub: Signal<Hub | null> = signal(null);

// Whether the server tells people from robots; null until that is known.
export const tellsRobots = signal<boolean | null>(null);

// The gaps in which events may be missing, as seconds since 1970.
export function gapsOf(repository: Repository): { from: number; to: number }[] {
  return (repository.gaps ?? []).flatMap((gap) => {
    const [from, to] = [parseTime(gap.from), parseTime(gap.to)];
    return from !== null && to !== null && to >= from ? [{ from, to }] : [];
  });
}
