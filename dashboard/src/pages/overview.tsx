// The first page: all repositories as cards or as a table, and the latest events of all of them.
import { computed } from "@preact/signals";
import { useMemo, useState } from "preact/hooks";

import { format_count, format_rate, plural } from "../domain/format";
import { AddDialog } from "../parts/add_dialog";
import { AlertsNotice } from "../parts/alerts_notice";
import { Icon } from "../parts/icons";
import { may_change } from "../parts/repository_actions";
import { actors } from "../state/actors";
import { now } from "../state/clock";
import type { Hub } from "../state/hub";
import { route, set_option } from "../state/router";
import { Activity } from "./overview/activity";
import { Card } from "./overview/card";
import { type Filter, type Row, type Sort, kFilters, kSorts, matching, row_of, sorted } from "./overview/rows";
import { RepositoryTable } from "./overview/table";
import { Toolbar } from "./overview/toolbar";

type View = "cards" | "table";

const kMostCards = 100;  // with more repositories, the table is shown unless the reader chooses cards
const kCardsAStep = 100;
const kRowsEverySeconds = 2;
const rows_tick = computed(() => Math.floor(now.value / kRowsEverySeconds));

function chosen<T extends string>(name: string, among: Record<T, unknown>, otherwise: T): T {
  const value = route.value.options.get(name);
  return value !== null && Object.hasOwn(among, value) ? (value as T) : otherwise;
}

export function Overview({ hub }: { hub: Hub }) {
  const [adding, set_adding] = useState(false);
  const models = hub.repositories.value;
  // What changes in the repositories is seen at the next tick.
  const rows = useMemo(() => models?.map((model) => row_of(model, hub.alerts, Date.now() / 1000)) ?? null, [models, hub.alerts.all.value, rows_tick.value]);
  return (
    <div class="overview">
      <div class="page-head">
        <h1 tabIndex={-1}>Repositories</h1>
        {rows && rows.length > 0 && <Summary rows={rows} />}
        {may_change() && (
          <button type="button" class="button primary" onClick={() => set_adding(true)}>
            <Icon name="plus" /> Add repository
          </button>
        )}
      </div>
      <AlertsNotice alerts={hub.alerts.all.value} more={hub.alerts.more.value} />
      {rows === null && <LoadingCards problem={hub.problem.value} />}
      {rows?.length === 0 && <NoRepositories on_add={() => set_adding(true)} />}
      {rows && rows.length > 0 && <Repositories hub={hub} rows={rows} />}
      {adding && <AddDialog on_close={() => set_adding(false)} />}
    </div>
  );
}

function Summary({ rows }: { rows: Row[] }) {
  const active = rows.filter((row) => row.active);
  const rate = active.reduce((sum, row) => sum + (row.rate ?? 0), 0);
  const stored = rows.reduce((sum, row) => sum + row.stored, 0);
  return (
    <p class="summary muted">
      <b>{format_count(active.length)}</b> of {format_count(rows.length)} active <span aria-hidden="true">·</span> <b>{format_rate(rate)}</b> events per hour{" "}
      <span aria-hidden="true">·</span> <b>{format_count(stored)}</b> stored{actors.value === "all" ? "" : " of everybody"}
    </p>
  );
}

function Repositories({ hub, rows }: { hub: Hub; rows: Row[] }) {
  const filter = chosen<Filter>("show", kFilters, "all");
  const sort = chosen<Sort>("sort", kSorts, "rate");
  const reversed = route.value.options.get("order") === "reversed";
  const search = route.value.options.get("q") ?? "";
  const view = chosen<View>("view", { cards: true, table: true }, rows.length > kMostCards ? "table" : "cards");
  const shown = sorted(matching(rows, filter, search), sort, reversed);
  const choose_sort = (name: Sort) => {
    set_option("order", name === sort && !reversed ? "reversed" : null);
    set_option("sort", name === "rate" ? null : name);
  };
  const list =
    shown.length === 0 ? (
      <NothingMatches />
    ) : view === "table" ? (
      <RepositoryTable rows={shown} sort={sort} reversed={reversed} on_sort={choose_sort} />
    ) : (
      <Cards hub={hub} rows={shown} />
    );
  return (
    <>
      <Toolbar rows={rows} shown={shown} filter={filter} sort={sort} search={search} view={view} />
      {view === "table" ? (
        list
      ) : (
        <div class="overview-columns">
          {list}
          <Activity models={rows.map((row) => row.model)} />
        </div>
      )}
    </>
  );
}

function Cards({ hub, rows }: { hub: Hub; rows: Row[] }) {
  const [most, set_most] = useState(kCardsAStep);
  return (
    <div>
      <ul class="cards" aria-label="Repositories">
        {rows.slice(0, most).map(({ model }) => (
          <Card key={model.key} hub={hub} model={model} />
        ))}
      </ul>
      {rows.length > most && (
        <button type="button" class="button wide more-cards" onClick={() => set_most(most + kCardsAStep)}>
          Show more: {plural(rows.length - most, "other repository", "other repositories")}
        </button>
      )}
    </div>
  );
}

function NothingMatches() {
  return (
    <div class="panel empty">
      <p>No repository matches the filter.</p>
      <button type="button" class="button" onClick={() => (set_option("q", null), set_option("show", null))}>
        Show all
      </button>
    </div>
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
