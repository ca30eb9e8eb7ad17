// The timeline of a repository with its time spans, zoom, legend and list of gaps.
import { useMemo } from "preact/hooks";

import { Timeline } from "../../charts/timeline";
import type { Point } from "../../domain/activity";
import type { HourSpan } from "../../domain/forecast";
import { formatDuration, formatFullTime, plural, typeLabel } from "../../domain/format";
import { type Preset, scaled, shifted } from "../../domain/range";
import { withLive } from "../../domain/stretch";
import { typeClass } from "../../domain/type_colours";
import { unwatchedSpans } from "../../domain/watched";
import { Presets, Zoom } from "../../parts/range_controls";
import { now, thisMinute } from "../../state/clock";
import { gapsOf, type Hub } from "../../state/hub";
import type { RepositoryModel } from "../../state/repository_model";
import { LoadNote } from "./load_note";
import { chooseRange, type PageRange, ZOOM_BEYOND } from "./range";
import type { RangeEvents } from "./range_events";
import { useStretch } from "./stretch";

const PRESETS: Preset[] = ["window", "day", "week", "month", "all"];
const GAPS_LISTED = 5;

interface TimelinePanelProps {
  hub: Hub;
  model: RepositoryModel;
  range: PageRange;
  events: RangeEvents;
  eventsInRange: number | null;
  hidden: ReadonlySet<string>;
  onToggle: (type: string) => void;
  forecast: HourSpan[];
}

export function TimelinePanel(props: TimelinePanelProps) {
  const { hub, model, range, events, hidden, onToggle, forecast } = props;
  const { view, choice } = range;
  const minute = thisMinute.value;
  const stretch = useStretch(hub, model, range, !events.whole && (choice !== "window" || events.entries.length > 0));
  const counted: Point[] = useMemo(() => {
    if (!stretch) return events.entries;
    const all = model.events.extent.value === "all";
    return withLive(stretch.points, stretch.width, model.entries.value, all, minute);
  }, [stretch, events.entries, minute]);
  const shown = useMemo(() => counted.filter(({ type }) => !hidden.has(type)), [counted, hidden]);
  const gaps = gapsOf(model.info.value);
  const unwatched = unwatchedSpans(range.knowledge, range.span);
  return (
    <section class="panel" aria-labelledby="timeline-title">
      <div class="panel-head">
        <h2 id="timeline-title">Timeline</h2>
        <Presets presets={PRESETS} chosen={typeof choice === "string" ? choice : null} onChoose={chooseRange} />
        <Zoom
          onShift={(share) => chooseRange(shifted(view, share))}
          onScale={(factor) => chooseRange(scaled(view, factor, minute + ZOOM_BEYOND))}
          onReset={() => chooseRange("window")}
          resetLabel="Back to the window"
        />
      </div>
      <Timeline
        points={shown}
        leastWidth={stretch?.width ?? 0}
        view={view}
        gaps={gaps}
        unwatched={unwatched}
        forecast={forecast}
        now={now.peek()}
        onZoom={chooseRange}
        onReset={() => chooseRange("window")}
      />
      <Legend
        points={counted}
        hidden={hidden}
        onToggle={onToggle}
        hasGaps={gaps.length > 0}
        hasUnwatched={unwatched.length > 0}
        hasForecast={forecast.length > 0}
      />
      <LoadNote model={model} events={events} eventsInRange={props.eventsInRange} counted={stretch !== null} />
      {gaps.length > 0 && <GapList gaps={gaps} />}
    </section>
  );
}

interface LegendProps {
  points: Point[];
  hidden: ReadonlySet<string>;
  onToggle: (type: string) => void;
  hasGaps: boolean;
  hasUnwatched: boolean;
  hasForecast: boolean;
}

function Legend({ points, hidden, onToggle, hasGaps, hasUnwatched, hasForecast }: LegendProps) {
  const counts = new Map<string, number>();
  for (const type of hidden) counts.set(type, 0);
  for (const { type, count = 1 } of points) counts.set(type, (counts.get(type) ?? 0) + count);
  const types = [...counts.keys()].sort((a, b) => counts.get(b)! - counts.get(a)!);
  return (
    <div class="legend" role="group" aria-label="Types shown">
      {types.map((type) => (
        <button key={type} type="button" class="chip" aria-pressed={!hidden.has(type)} onClick={() => onToggle(type)}>
          <span class={`dot ${typeClass(type)}`} /> {typeLabel(type)}
        </button>
      ))}
      {hasGaps && (
        <span class="key">
          <i class="swatch-gap" /> events may be missing
        </span>
      )}
      {hasUnwatched && (
        <span class="key">
          <i class="swatch-unknown" /> not watched
        </span>
      )}
      {hasForecast && (
        <span class="key">
          <i class="swatch-forecast" /> forecast, 90 % interval
        </span>
      )}
    </div>
  );
}

function GapList({ gaps }: { gaps: { from: number; to: number }[] }) {
  const newest = [...gaps].sort((a, b) => b.from - a.from);
  return (
    <details class="gap-list">
      <summary>{plural(gaps.length, "gap")} in which events may be missing</summary>
      <ul>
        {newest.slice(0, GAPS_LISTED).map((gap) => (
          <li key={gap.from}>
            {formatFullTime(gap.from)} to {formatFullTime(gap.to)} ({formatDuration(gap.to - gap.from)})
          </li>
        ))}
        {gaps.length > GAPS_LISTED && <li>and {plural(gaps.length - GAPS_LISTED, "earlier gap")}</li>}
      </ul>
    </details>
  );
}
