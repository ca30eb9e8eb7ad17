// Loads the numbers of events of a stretch of which not all events are loaded.
import { useEffect, useState } from "preact/hooks";

import { repositoryPath } from "../../api/client";
import type { History } from "../../api/types";
import { actorsParameter } from "../../domain/actors";
import { queryTime } from "../../domain/format";
import { type CountedPoint, pointsOf, stretchQuery } from "../../domain/stretch";
import type { Hub } from "../../state/hub";
import type { RepositoryModel } from "../../state/repository_model";
import type { PageRange } from "./range";

export interface Stretch {
  points: CountedPoint[];
  width: number;
}

// null while it is not needed or not loaded; then the chart shows the events that are loaded.
export function useStretch(hub: Hub, model: RepositoryModel, range: PageRange, needed: boolean): Stretch | null {
  const { by, width, since, until } = stretchQuery(range.span.from, range.span.to);
  const path = repositoryPath(
    model.info.value.full_name,
    `/events/stats/history/?by=${by}&since=${queryTime(since)}&until=${queryTime(until)}${actorsParameter(hub.actors)}`,
  );
  const [loaded, setLoaded] = useState<{ path: string; range: string; stretch: Stretch } | null>(null);
  useEffect(() => {
    if (!needed || loaded?.path === path) return;
    let left = false;
    hub.client
      .get<History>(path)
      .then((history) => {
        if (left) return;
        const stretch = { points: pointsOf(history), width };
        setLoaded({ path, range: range.name, stretch });
      })
      .catch(() => {}); // the loaded events stay
    return () => {
      left = true;
    };
  }, [hub, needed, path]);
  return needed && loaded?.range === range.name ? loaded.stretch : null;
}
