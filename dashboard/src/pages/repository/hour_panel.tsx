// The activity of a repository by hour of the week, over the range of the page.
import { useMemo } from "preact/hooks";

import { HeatMap } from "../../charts/heat_map";
import { hoursOfWeek } from "../../domain/activity";
import { formatDate, timeZone } from "../../domain/format";
import { watchedSpans } from "../../domain/watched";
import { gapsOf, type Hub } from "../../state/hub";
import type { RepositoryModel } from "../../state/repository_model";
import type { PageRange } from "./range";
import type { RangeEvents } from "./range_events";
import { type HourCounts, useHours } from "./range_figures";
import { rangeName } from "./range_name";

interface HourPanelProps {
  hub: Hub;
  model: RepositoryModel;
  range: PageRange;
  events: RangeEvents;
  hidden: ReadonlySet<string>;
}

export function HourPanel({ hub, model, range, events, hidden }: HourPanelProps) {
  const zone = timeZone();
  const counted = useHours(hub, model, range, !events.whole && !events.loading && range.choice !== "window");
  const known = range.knowledge;
  const hours = counted ?? loadedHours(model, range, events);
  const cells = useMemo(
    () =>
      hoursOfWeek(
        hours.points.filter(({ type }) => !hidden.has(type)),
        hours.watched,
      ),
    [
      counted,
      events.entries,
      events.whole,
      model.info.value,
      range.name,
      range.span.to,
      known.from,
      known.until,
      hidden,
    ],
  );
  const cut = hours.from > range.span.from && !events.whole;
  return (
    <section class="panel area-heat" aria-labelledby="heat-title">
      <div class="panel-head">
        <h2 id="heat-title">Activity by hour of the week</h2>
        <p class="muted">
          {rangeName(range)}
          {cut && hours.from < range.span.to ? `, from ${formatDate(hours.from)} on` : ""}; time zone {zone}
        </p>
      </div>
      {hours.points.length === 0 ? (
        <p class="muted">{events.loading ? "Loading…" : "No events yet."}</p>
      ) : (
        <HeatMap cells={cells} zone={zone} />
      )}
    </section>
  );
}

// What the loaded events cover, without the gaps in which events may be missing.
function loadedHours(
  model: RepositoryModel,
  { span, knowledge }: PageRange,
  { entries, whole }: RangeEvents,
): HourCounts {
  const from = Math.max(span.from, (whole ? knowledge.from : entries.at(-1)?.at) ?? span.from);
  const to = Math.min(span.to, knowledge.until);
  return { points: entries, watched: watchedSpans({ from, to }, gapsOf(model.info.value)), from };
}
