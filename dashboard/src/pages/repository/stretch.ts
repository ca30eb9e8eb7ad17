// Loads the numbers of events of a stretch of which not all events are loaded.
import { useEffect, useState } from "preact/hooks";

import { repositoryPath } from "../../api/client";
import type { History, Statistics } from "../../api/types";
import { actorsParameter } from "../../domain/actors";
import { parseTime } from "../../domain/format";
import type { Span } from "../../domain/range";
import { type CountedPoint, pointsOf, stretchQuery } from "../../domain/stretch";
import type { Hub } from "../../state/hub";
import type { RepositoryModel } from "../../state/repository_model";

export interface Stretch {
  points: CountedPoint[];
  width: number;
}

const time = (at: number) => new Date(Math.floor(at) * 1000).toISOString().replace(".000Z", "Z");

// null while it is not needed or not loaded; then the chart shows the events that are loaded.
export function useStretch(hub: Hub, model: RepositoryModel, view: Span, now: number): Stretch | null {
  const oldest = model.entries.value.at(-1)?.at ?? Infinity;
  const needed = model.extent.value === "some" && oldest > view.from;
  const { by, width, since, until } = stretchQuery(view.from, Math.min(view.to, now));
  const path = repositoryPath(
    model.info.value.full_name,
    `/events/stats/history/?by=${by}&since=${time(since)}&until=${time(until)}${actorsParameter(hub.actors)}`,
  );
  const [loaded, setLoaded] = useState<{ path: string; stretch: Stretch } | null>(null);
  useEffect(() => {
    if (!needed || loaded?.path === path) return;
    let left = false;
    hub.client
      .get<History>(path)
      .then((history) => left || setLoaded({ path, stretch: { points: pointsOf(history), width } }))
      .catch(() => {}); // the loaded events stay
    return () => {
      left = true;
    };
  }, [hub, needed, path]);
  return needed && loaded?.path === path ? loaded.stretch : null;
}

// The time of the first event that is stored; null while it is not needed or not known.
export function useFirstEvent(hub: Hub, model: RepositoryModel, needed: boolean): number | null {
  const [first, setFirst] = useState<number | null>(null);
  const name = model.info.value.full_name;
  useEffect(() => {
    if (!needed) return;
    let left = false;
    hub.client
      .get<Statistics>(
        repositoryPath(name, `/events/stats/?until=${time(Date.now() / 1000)}${actorsParameter(hub.actors)}`),
      )
      .then(({ window }) => left || setFirst(parseTime(window.from)))
      .catch(() => {});
    return () => {
      left = true;
    };
  }, [hub, name, needed]);
  return needed ? first : null;
}
