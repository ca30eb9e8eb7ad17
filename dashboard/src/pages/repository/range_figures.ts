// What the server computes about the range that rules the page: the statistics, and the numbers of events by hour.
import { useEffect, useState } from "preact/hooks";

import { repositoryPath } from "../../api/client";
import type { Statistics } from "../../api/types";
import type { Point } from "../../domain/activity";
import { actorsParameter } from "../../domain/actors";
import { beginOf, endOf } from "../../domain/calendar";
import { HOUR, MINUTE, parseTime, queryTime } from "../../domain/format";
import { isSpan, type Span } from "../../domain/range";
import { pointsOf } from "../../domain/stretch";
import { loadHistory } from "../../state/histories";
import type { Hub } from "../../state/hub";
import type { RepositoryModel } from "../../state/repository_model";
import type { PageRange } from "./range";

const AGAIN_MILLIS = 10_000;

// Counts up when live events have come, at most every 10 s.
function useArrivals(model: RepositoryModel, range: PageRange): number {
  const [seen, setSeen] = useState(0);
  const arrivals = range.live ? model.arrivals.value : 0;
  useEffect(() => {
    if (arrivals === seen) return;
    const timer = setTimeout(() => setSeen(arrivals), AGAIN_MILLIS);
    return () => clearTimeout(timer);
  }, [arrivals === seen, seen]);
  return seen;
}

const STEPS = 2_000;

// A range that moves with the clock is asked for again when it has moved by a small share of its length.
function statisticsQuery({ choice, span, live }: PageRange): string {
  if (!live) return `since=${queryTime(span.from)}&until=${queryTime(span.to)}`;
  const step = isSpan(choice) || choice === "all" ? 1 : Math.ceil((span.to - span.from) / STEPS / MINUTE) * MINUTE;
  return `since=${queryTime(Math.floor(span.from / step) * step)}`;
}

// null until they are known. The statistics of the window come with the stream; those of another range are asked for, and the ones
// before stay until the answer is there.
export function useRangeStatistics(hub: Hub, model: RepositoryModel, range: PageRange): Statistics | null {
  const ofWindow = range.choice === "window";
  const [loaded, setLoaded] = useState<{ name: string; statistics: Statistics } | null>(null);
  const arrivals = useArrivals(model, range);
  const path = repositoryPath(
    model.info.value.full_name,
    `/events/stats/?${statisticsQuery(range)}${actorsParameter(hub.actors)}`,
  );
  useEffect(() => {
    if (ofWindow) return;
    let left = false;
    hub.client
      .get<Statistics>(path)
      .then((statistics) => {
        if (!left) setLoaded({ name: range.name, statistics });
      })
      .catch(() => {}); // what is shown stays
    return () => {
      left = true;
    };
  }, [hub, ofWindow, path, arrivals]);
  if (ofWindow) return model.statistics.value;
  return loaded?.name === range.name ? loaded.statistics : null;
}

export interface HourCounts {
  points: Point[]; // one for each hour and type
  watched: Span[]; // the hours that are known
  from: number; // older hours of the range were not asked for
}

const HOURS_AT_ONCE = 1_900; // the server counts 2,000 at most
const MOST_REQUESTS = 6;

// The hours of a range of which not all events are loaded; null while that is not needed or not loaded.
export function useHours(hub: Hub, model: RepositoryModel, range: PageRange, needed: boolean): HourCounts | null {
  const [loaded, setLoaded] = useState<{ key: string; range: string; hours: HourCounts } | null>(null);
  const name = model.info.value.full_name;
  const [from, to] = [beginOf("hour", range.span.from), endOf("hour", range.span.to)];
  const key = `${name} ${from} ${to} ${hub.actors}`;
  useEffect(() => {
    if (!needed || loaded?.key === key) return;
    let left = false;
    loadHours(hub, name, { from, to }, () => left)
      .then((hours) => {
        if (!left) setLoaded({ key, range: range.name, hours });
      })
      .catch(() => {}); // what is shown stays
    return () => {
      left = true;
    };
  }, [hub, needed, key]);
  return needed && loaded?.range === range.name ? loaded.hours : null;
}

async function loadHours(hub: Hub, name: string, { from, to }: Span, stopped: () => boolean): Promise<HourCounts> {
  const found: HourCounts = { points: [], watched: [], from: to };
  for (let request = 0; request < MOST_REQUESTS && found.from > from && !stopped(); request++) {
    const part = { by: "hour" as const, from: Math.max(from, found.from - HOURS_AT_ONCE * HOUR), to: found.from };
    const history = await loadHistory(hub.client, name, part, hub.actors);
    found.points = [...pointsOf(history), ...found.points];
    const known = (history.buckets ?? []).filter((bucket) => bucket.complete);
    const spans = known.map((bucket) => ({ from: parseTime(bucket.from) ?? 0, to: parseTime(bucket.to) ?? 0 }));
    found.watched = [...spans, ...found.watched];
    found.from = part.from;
  }
  return found;
}
