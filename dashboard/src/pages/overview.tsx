// The first page: a card for each repository, and the latest events of all of them.
import { useEffect, useRef, useState } from "preact/hooks";

import { silence_level } from "../domain/activity";
import { format_count, format_rate, parse_time } from "../domain/format";
import { AddDialog } from "../parts/add_dialog";
import { AlertsNotice } from "../parts/alerts_notice";
import { EventLine } from "../parts/event_line";
import { Icon } from "../parts/icons";
import { may_change } from "../parts/repository_actions";
import { describe_status } from "../parts/status";
import { now } from "../state/clock";
import type { Hub } from "../state/hub";
import type { RepositoryModel } from "../state/repository_model";
import { route, set_option } from "../state/router";
import { Card } from "./overview/card";

type Filter = "all" | "active" | "inactive" | "trouble";
type Sort = "rate" | "name" | "recent" | "silence" | "next";

const kFilters: Record<Filter, (model: RepositoryModel, hub: Hub) => boolean> = {
  all: () => true,
  active: (model) => model.info.value.active,
  inactive: (model) => !model.info.value.active,
  trouble: needs_a_look,
};
const kFilterLabels: Record<Filter, string> = { all: "All", active: "Active", inactive: "Inactive", trouble: "Needs a look" };
const kSortLabels: Record<Sort, string> = {
  rate: "Busiest first", name: "Name", recent: "Latest event", silence: "Unusually quiet first", next: "Next poll",
};
const kActivityShown = 25;

// The value to sort by; the smallest comes first.
const kSorts: Record<Sort, (model: RepositoryModel) => number> = {
  rate: (model) => -(model.rate.value ?? -1),
  name: () => 0,
  recent: (model) => -(model.last_event_at.value ?? 0),
  silence: (model) => -silence_ratio(model),
  next: (model) => parse_time(model.info.value.next_poll_at) ?? Infinity,
};

// An alert, a status that is not good, events that may be missing, or a silence that is much longer than usual (the bar is red).
function needs_a_look(model: RepositoryModel, hub: Hub): boolean {
  const { tone } = describe_status(model.info.value);
  if (tone === "bad" || tone === "warn" || model.statistics.value?.window.complete === false || hub.alerts.of(model.key).length > 0) return true;
  const [last, usual] = [model.last_event_at.value, model.usual_interval.value];
  return model.info.value.active && last !== null && usual !== null && silence_level(now.peek() - last, usual) === "very-long";
}

function silence_ratio(model: RepositoryModel): number {
  const [last, usual] = [model.last_event_at.value, model.usual_interval.value];
  return last !== null && usual !== null ? (now.peek() - last) / Math.max(usual, 1) : -1;
}

function chosen<T extends string>(name: string, among: Record<T, unknown>, otherwise: T): T {
  const value = route.value.options.get(name);
  return value !== null && Object.hasOwn(among, value) ? (value as T) : otherwise;
}

export function Overview({ hub }: { hub: Hub }) {
  const [adding, set_adding] = useState(false);
  const models = hub.repositories.value;
  const filter = chosen<Filter>("show", kFilters, "all");
  const sort = chosen<Sort>("sort", kSorts, "rate");
  const search = route.value.options.get("q") ?? "";
  return (
    <div class="overview">
      <div class="page-head">
        <h1 tabIndex={-1}>Repositories</h1>
        {models && models.length > 0 && <Summary models={models} />}
        {may_change() && (
          <button type="button" class="button primary" onClick={() => set_adding(true)}>
            <Icon name="plus" /> Add repository
          </button>
        )}
      </div>
      <AlertsNotice alerts={hub.alerts.all.value} more={hub.alerts.more.value} />
      {models === null && <LoadingCards problem={hub.problem.value} />}
      {models?.length === 0 && <NoRepositories on_add={() => set_adding(true)} />}
      {models && models.length > 0 && (
        <>
          <Toolbar hub={hub} models={models} filter={filter} sort={sort} search={search} />
          <div class="overview-columns">
            <Cards hub={hub} models={models} filter={filter} sort={sort} search={search} />
            <Activity models={models} />
          </div>
        </>
      )}
      {adding && <AddDialog on_close={() => set_adding(false)} />}
    </div>
  );
}

function Summary({ models }: { models: RepositoryModel[] }) {
  const active = models.filter((model) => model.info.value.active);
  const rate = active.reduce((sum, model) => sum + (model.rate.value ?? 0), 0);
  const stored = models.reduce((sum, model) => sum + model.info.value.events_stored, 0);
  return (
    <p class="summary muted">
      <b>{format_count(active.length)}</b> of {format_count(models.length)} active <span aria-hidden="true">·</span> <b>{format_rate(rate)}</b> events per hour{" "}
      <span aria-hidden="true">·</span> <b>{format_count(stored)}</b> stored
    </p>
  );
}

interface ChoiceProps {
  hub: Hub;
  models: RepositoryModel[];
  filter: Filter;
  sort: Sort;
  search: string;
}

function Toolbar({ hub, models, filter, sort, search }: ChoiceProps) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const focus = (event: KeyboardEvent) => {
      const typing = event.target instanceof HTMLElement && event.target.closest("input, select, textarea, dialog");
      if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      input.current?.focus();
    };
    addEventListener("keydown", focus);
    return () => removeEventListener("keydown", focus);
  }, []);
  return (
    <div class="toolbar" role="search">
      <label class="search">
        <Icon name="search" />
        <input
          ref={input}
          class="input"
          type="search"
          placeholder="Filter by name"
          aria-label="Filter by name"
          value={search}
          onInput={(event) => set_option("q", event.currentTarget.value || null)}
        />
        <kbd aria-hidden="true">/</kbd>
      </label>
      <div class="segments" role="group" aria-label="Show">
        {(Object.keys(kFilters) as Filter[]).map((name) => (
          <button key={name} type="button" aria-pressed={filter === name} onClick={() => set_option("show", name === "all" ? null : name)}>
            {kFilterLabels[name]} <span class="count">{format_count(models.filter((model) => kFilters[name](model, hub)).length)}</span>
          </button>
        ))}
      </div>
      <label class="sort">
        <span class="muted">Sort</span>
        <select class="input" value={sort} onChange={(event) => set_option("sort", event.currentTarget.value === "rate" ? null : event.currentTarget.value)}>
          {(Object.keys(kSorts) as Sort[]).map((name) => (
            <option key={name} value={name}>
              {kSortLabels[name]}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

function Cards({ hub, models, filter, sort, search }: ChoiceProps) {
  const wanted = search.toLowerCase();
  const place = kSorts[sort];
  const shown = models
    .filter((model) => kFilters[filter](model, hub) && model.key.includes(wanted))
    .sort((a, b) => place(a) - place(b) || a.key.localeCompare(b.key));
  if (shown.length === 0)
    return (
      <div class="panel empty">
        <p>No repository matches the filter.</p>
        <button type="button" class="button" onClick={() => (set_option("q", null), set_option("show", null))}>
          Show all
        </button>
      </div>
    );
  return (
    <ul class="cards" aria-label="Repositories">
      {shown.map((model) => (
        <Card key={model.key} hub={hub} model={model} />
      ))}
    </ul>
  );
}

function Activity({ models }: { models: RepositoryModel[] }) {
  const newest = models
    .flatMap((model) => model.entries.value.slice(0, kActivityShown).map((entry) => ({ entry, model })))
    .sort((a, b) => b.entry.at - a.entry.at)
    .slice(0, kActivityShown);
  return (
    <section class="panel activity" aria-labelledby="activity-title">
      <h2 id="activity-title">Latest activity</h2>
      {newest.length === 0 ? (
        <p class="muted">No events yet. New events appear here as soon as they are stored.</p>
      ) : (
        <ul class="events">
          {newest.map(({ entry, model }) => (
            <EventLine key={`${model.key} ${entry.id}`} entry={entry} repository={model.info.value.full_name} />
          ))}
        </ul>
      )}
    </section>
  );
}

function LoadingCards({ problem }: { problem: string | null }) {
  if (problem)
    return (
      <div class="panel empty" role="alert">
        <p>{problem}</p>
        <p class="muted">The page keeps trying.</p>
      </div>
    );
  return (
    <ul class="cards" aria-busy="true" aria-label="Loading repositories">
      {Array.from({ length: 6 }, (_, index) => (
        <li key={index} class="panel card skeleton skeleton-card" />
      ))}
    </ul>
  );
}

function NoRepositories({ on_add }: { on_add: () => void }) {
  return (
    <div class="panel empty">
      <span class="mark large">
        <Icon name="pulse" />
      </span>
      <h2>No repositories yet</h2>
      <p class="muted">Add a repository, and repopulse starts to poll its events at once.</p>
      {may_change() ? (
        <button type="button" class="button primary" onClick={on_add}>
          <Icon name="plus" /> Add repository
        </button>
      ) : (
        <p class="muted">Your key is read only. Ask somebody with an admin key to add a repository.</p>
      )}
    </div>
  );
}
