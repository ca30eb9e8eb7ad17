// The activity of a repository by hour of the week.
import { useMemo } from "preact/hooks";

import { HeatMap } from "../../charts/heat_map";
import { hoursOfWeek, type Point } from "../../domain/activity";
import { HOUR, timeZone } from "../../domain/format";
import { now } from "../../state/clock";
import type { RepositoryModel } from "../../state/repository_model";

export function HourPanel({ model, points }: { model: RepositoryModel; points: Point[] }) {
  const zone = timeZone();
  const hour = Math.floor(now.value / HOUR) * HOUR + HOUR;
  const oldest = model.entries.value.at(-1)?.at;
  const cells = useMemo(() => hoursOfWeek(points, oldest ?? hour, hour), [points, oldest, hour]);
  return (
    <section class="panel area-heat" aria-labelledby="heat-title">
      <div class="panel-head">
        <h2 id="heat-title">Activity by hour of the week</h2>
        <p class="muted">time zone {zone}; all loaded events</p>
      </div>
      {oldest === undefined ? <p class="muted">No events yet.</p> : <HeatMap cells={cells} zone={zone} />}
    </section>
  );
}
