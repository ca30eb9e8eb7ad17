// The repositories of the overview as plain values, so that thousands of them are filtered and sorted at once.
import type { Repository, Statistics } from "../../api/types";
import { type Silence, silenceLevel } from "../../domain/activity";
import { parseTime } from "../../domain/format";
import { describeStatus } from "../../parts/status";
import type { FiringAlerts } from "../../state/firing_alerts";
import type { RepositoryModel } from "../../state/repository_model";

export interface Row {
  model: RepositoryModel;
  key: string; // the name in lower case
  active: boolean;
  status: string;
  rate: number | null; // events per hour
  average: number | null; // seconds between two events of any type; null if there are too few
  lastEventAt: number | null;
  silence: number | null; // the time since the last event, in usual intervals
  level: Silence | null;
  events: number | null; // in the window
  complete: boolean;
  stored: number;
  nextPollAt: number | null;
  alerts: number;
  hasProblem: boolean; // with its status or its window
  needsALook: boolean;
}

interface KnownRow {
  info: Repository;
  statistics: Statistics | null;
  lastEventAt: number | null;
  row: Row;
}

// Computes again only what has changed: of most repositories of thousands, how long they have been silent.
export class Rows {
  private known = new WeakMap<RepositoryModel, KnownRow>();

  // Reads the signals of the models without following them: with thousands of repositories, something changes all the time.
  of(models: RepositoryModel[], alerts: FiringAlerts, now: number): Row[] {
    return models.map((model) => {
      const [info, statistics, lastEventAt] = [model.info.peek(), model.statistics.peek(), model.lastEventAt.peek()];
      let known = this.known.get(model);
      if (known?.info !== info || known.statistics !== statistics || known.lastEventAt !== lastEventAt) {
        known = { info, statistics, lastEventAt, row: rowOf(model, alerts, now) };
        this.known.set(model, known);
        return known.row;
      }
      return atTime(known.row, alerts.of(model.key).length, now);
    });
  }
}

export function rowOf(model: RepositoryModel, alerts: FiringAlerts, now: number): Row {
  const info = model.info.peek();
  const window = model.statistics.peek()?.window;
  const { label, tone } = describeStatus(info);
  const complete = window?.complete !== false;
  const row: Row = {
    model,
    key: model.key,
    active: info.active,
    status: label,
    rate: model.rate.peek(),
    average: model.usualInterval.peek(),
    lastEventAt: model.lastEventAt.peek(),
    silence: null,
    level: null,
    events: window?.events ?? null,
    complete,
    stored: info.events_stored,
    nextPollAt: info.active ? parseTime(info.next_poll_at) : null,
    alerts: 0,
    hasProblem: tone === "bad" || tone === "warn" || !complete,
    needsALook: false,
  };
  return atTime(row, alerts.of(model.key).length, now);
}

// The same row with what time and alerts change.
function atTime(row: Row, alerts: number, now: number): Row {
  const { lastEventAt, average } = row;
  const silent = lastEventAt !== null && average !== null ? Math.max(0, now - lastEventAt) : null;
  const level = silent === null ? null : silenceLevel(silent, average!);
  return {
    ...row,
    silence: silent === null ? null : silent / Math.max(average!, 1),
    level,
    alerts,
    // A silence for which the bar is red counts.
    needsALook: row.hasProblem || alerts > 0 || (row.active && level === "very-long"),
  };
}

export type Filter = "all" | "active" | "inactive" | "trouble";

export const FILTERS: Record<Filter, (row: Row) => boolean> = {
  all: () => true,
  active: (row) => row.active,
  inactive: (row) => !row.active,
  trouble: (row) => row.needsALook,
};

export type Sort = "rate" | "name" | "recent" | "silence" | "next" | "status" | "average" | "window" | "stored";

// What to sort by, and whether the largest comes first, unless the reader reverses the order.
export const SORTS: Record<Sort, { value: (row: Row) => number | string | null; down: boolean }> = {
  rate: { value: (row) => row.rate, down: true },
  name: { value: (row) => row.key, down: false },
  recent: { value: (row) => row.lastEventAt, down: true },
  silence: { value: (row) => row.silence, down: true },
  next: { value: (row) => row.nextPollAt, down: false },
  status: { value: (row) => row.status, down: false },
  average: { value: (row) => row.average, down: false },
  window: { value: (row) => row.events, down: true },
  stored: { value: (row) => row.stored, down: true },
};

// Rows whose value is not known come last, in both directions; equal ones are sorted by name.
export function sorted(rows: Row[], sort: Sort, reversed: boolean): Row[] {
  const { value, down } = SORTS[sort];
  const sign = down !== reversed ? -1 : 1;
  return rows
    .map((row) => ({ row, value: value(row) }))
    .sort((a, b) => {
      if (a.value !== b.value) {
        if (a.value === null) return 1;
        if (b.value === null) return -1;
        return a.value < b.value ? -sign : sign;
      }
      return a.row.key < b.row.key ? -1 : 1;
    })
    .map(({ row }) => row);
}

export function matching(rows: Row[], filter: Filter, search: string): Row[] {
  const wanted = search.trim().toLowerCase();
  return rows.filter((row) => FILTERS[filter](row) && row.key.includes(wanted));
}
