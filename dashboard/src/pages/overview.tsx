// The first page: all repositories as cards or as a table, and the latest events of all of them.
import { computed } from "@preact/signals";
import { useMemo, useState } from "preact/hooks";

import { formatCount, formatRate, plural } from "../domain/format";
import { AddDialog } from "../parts/add_dialog";
import { AlertsNotice } from "../parts/alerts_notice";
import { Icon } from "../parts/icons";
import { mayChange } from "../parts/repository_actions";
import { actors } from "../state/actors";
import { now } from "../state/clock";
import type { Hub } from "../state/hub";
import { compareAddress, route, setOptions } from "../state/router";
import { Activity } from "./overview/activity";
import { Card } from "./overview/card";
import { FILTERS, type Filter, matching, type Row, Rows, SORTS, type Sort, sorted } from "./overview/rows";
import { type Selection, SelectionBar, useSelection } from "./overview/selection";
import { RepositoryTable } from "./overview/table";
import { Toolbar } from "./overview/toolbar";

type View = "cards" | "table";

const MOST_CARDS = 100; // with more repositories, the table is shown unless the reader chooses cards
const CARDS_A_STEP = 100;
const ROWS_EVERY_SECONDS = 2;
const rowsTick = computed(() => Math.floor(now.value / ROWS_EVERY_SECONDS));

function chosen<T extends string>(name: string, among: Record<T, unknown>, otherwise: T): T {
  const value = route.value.options.get(name);
  return value !== null && Object.hasOwn(among, value) ? (value as T) : otherwise;
}

export function Overview({ hub }: { hub: Hub }) {
  const [adding, setAdding] = useState(false);
  const models = hub.repositories.value;
  // What changes in the repositories is seen at the next tick.
  const known = useMemo(() => new Rows(), [hub]);
  const rows = useMemo(
    () => models && known.of(models, hub.alerts, Date.now() / 1000),
    [known, models, hub.alerts.all.value, rowsTick.value],
  );
  return (
    <div class="overview">
      <div class="page-head">
        <h1 tabIndex={-1}>Repositories</h1>
        {rows && rows.length > 0 && <Summary rows={rows} />}
        <div class="page-actions">
          {rows && rows.length > 1 && (
            <a class="button quiet" href={compareAddress([])}>
              <Icon name="compare" /> Compare
            </a>
          )}
          {mayChange() && (
            <button type="button" class="button primary" onClick={() => setAdding(true)}>
              <Icon name="plus" /> Add repository
            </button>
          )}
        </div>
      </div>
      <AlertsNotice alerts={hub.alerts.all.value} more={hub.alerts.more.value} />
      {rows === null && <LoadingCards problem={hub.problem.value} />}
      {rows?.length === 0 && <NoRepositories onAdd={() => setAdding(true)} />}
      {rows && rows.length > 0 && <Repositories hub={hub} rows={rows} />}
      {adding && <AddDialog onClose={() => setAdding(false)} />}
    </div>
  );
}

function Summary({ rows }: { rows: Row[] }) {
  const active = rows.filter((row) => row.active);
  const rate = active.reduce((sum, row) => sum + (row.rate ?? 0), 0);
  const stored = rows.reduce((sum, row) => sum + row.stored, 0);
  return (
    <p class="summary muted">
      <b>{formatCount(active.length)}</b> of {formatCount(rows.length)} active <span aria-hidden="true">·</span>{" "}
      <b>{formatRate(rate)}</b> events per hour <span aria-hidden="true">·</span> <b>{formatCount(stored)}</b> stored
      {actors.value === "all" ? "" : " of everybody"}
    </p>
  );
}

function Repositories({ hub, rows }: { hub: Hub; rows: Row[] }) {
  const filter = chosen<Filter>("show", FILTERS, "all");
  const sort = chosen<Sort>("sort", SORTS, "rate");
  const reversed = route.value.options.get("order") === "reversed";
  const search = route.value.options.get("q") ?? "";
  const view = chosen<View>("view", { cards: true, table: true }, rows.length > MOST_CARDS ? "table" : "cards");
  const shown = sorted(matching(rows, filter, search), sort, reversed);
  const selection = useSelection();
  const selected = shown.filter((row) => selection.keys.has(row.key));
  const chooseSort = (name: Sort) =>
    setOptions({ order: name === sort && !reversed ? "reversed" : null, sort: name === "rate" ? null : name });
  const list =
    shown.length === 0 ? (
      <NothingMatches />
    ) : view === "table" ? (
      <RepositoryTable rows={shown} sort={sort} reversed={reversed} onSort={chooseSort} selection={selection} />
    ) : (
      <Cards hub={hub} rows={shown} selection={selection} />
    );
  return (
    <>
      <Toolbar rows={rows} shown={shown} filter={filter} sort={sort} search={search} view={view} />
      {selected.length > 0 && <SelectionBar selected={selected} onClear={() => selection.set([])} />}
      {view === "table" ? (
        list
      ) : (
        <div class="overview-columns">
          {list}
          <Activity latest={hub.latest} />
        </div>
      )}
    </>
  );
}

function Cards({ hub, rows, selection }: { hub: Hub; rows: Row[]; selection: Selection }) {
  const [most, setMost] = useState(CARDS_A_STEP);
  return (
    <div>
      <ul class="cards" aria-label="Repositories">
        {rows.slice(0, most).map(({ model }) => (
          <Card
            key={model.key}
            hub={hub}
            model={model}
            selected={selection.keys.has(model.key)}
            onSelect={() => selection.select(model.key)}
          />
        ))}
      </ul>
      {rows.length > most && (
        <button type="button" class="button wide more-cards" onClick={() => setMost(most + CARDS_A_STEP)}>
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
      <button
        type="button"
        class="button"
        onClick={() => {
          setOptions({ q: null, show: null });
        }}
      >
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

function NoRepositories({ onAdd }: { onAdd: () => void }) {
  return (
    <div class="panel empty">
      <span class="mark large">
        <Icon name="pulse" />
      </span>
      <h2>No repositories yet</h2>
      <p class="muted">Add a repository, and repopulse starts to poll its events at once.</p>
      {mayChange() ? (
        <button type="button" class="button primary" onClick={onAdd}>
          <Icon name="plus" /> Add repository
        </button>
      ) : (
        <p class="muted">Your key is read only. Ask somebody with an admin key to add a repository.</p>
      )}
    </div>
  );
}
