// The timeline of a repository with its time spans, zoom, legend and list of gaps.
import { useEffect, useMemo } from "preact/hooks";

import { Timeline } from "../../charts/timeline";
import type { Point } from "../../domain/activity";
import type { HourSpan } from "../../domain/forecast";
import {
  DAY,
  formatCount,
  formatDate,
  formatDayAndTime,
  formatDuration,
  formatFullTime,
  HOUR,
  isFar,
  MINUTE,
  parseTime,
  plural,
  typeLabel,
} from "../../domain/format";
import { type Preset, readRange, type Span, writeRange } from "../../domain/range";
import { withLive } from "../../domain/stretch";
import { colourSlot } from "../../domain/type_colours";
import { Icon } from "../../parts/icons";
import { now } from "../../state/clock";
import { gapsOf, type Hub } from "../../state/hub";
import type { Entry, RepositoryModel } from "../../state/repository_model";
import { route, setOption } from "../../state/router";
import { type Stretch, useFirstEvent, useStretch } from "./stretch";

const PRESET_LABELS: Record<Preset, string> = { window: "Window", day: "24 h", week: "7 d", month: "30 d", all: "All" };
const EVENTS_ASTEP = 2_000;
const GAPS_LISTED = 5;

interface TimelinePanelProps {
  hub: Hub;
  model: RepositoryModel;
  points: Entry[];
  hidden: ReadonlySet<string>;
  onToggle: (type: string) => void;
  forecast: HourSpan[];
}

export function TimelinePanel({ hub, model, points, hidden, onToggle, forecast }: TimelinePanelProps) {
  const option = route.value.options.get("range");
  const choice = useMemo(() => readRange(option), [option]);
  const setChoice = (range: Preset | Span) => setOption("range", writeRange(range));
  const minute = Math.ceil(now.value / MINUTE) * MINUTE;
  const first = useFirstEvent(hub, model, choice === "all");
  const view = typeof choice === "string" ? presetSpan(choice, model, minute, forecast, first) : choice;
  const stretch = useStretch(hub, model, view, minute);
  const shown = useMemo(() => {
    if (!stretch) return points;
    const counted = withLive(stretch.points, stretch.width, model.entries.value, model.extent.value === "all", minute);
    return counted.filter(({ type }) => !hidden.has(type));
  }, [stretch, points, hidden, minute]);
  const load = (since: number, most = EVENTS_ASTEP) =>
    void model.loadEvents(hub.client, since, model.entries.value.length + most);
  const zoom = (span: Span) => {
    setChoice(span);
    load(span.from);
  };
  const scale = (factor: number) => {
    const middle = (view.from + view.to) / 2;
    const half = Math.max(MINUTE, ((view.to - view.from) / 2) * factor);
    zoom({ from: middle - half, to: Math.min(middle + half, minute + DAY) });
  };
  const shift = (share: number) =>
    zoom({ from: view.from + (view.to - view.from) * share, to: view.to + (view.to - view.from) * share });
  const choose = (preset: Preset) => {
    setChoice(preset);
    load(presetSince(preset, model, minute));
  };
  useEffect(() => {
    if (choice !== "window") load(view.from); // a range that the address brought
  }, [model]);
  const gaps = gapsOf(model.info.value);
  return (
    <section class="panel" aria-labelledby="timeline-title">
      <div class="panel-head">
        <h2 id="timeline-title">Timeline</h2>
        <div class="segments" role="group" aria-label="Time span">
          {(Object.keys(PRESET_LABELS) as Preset[]).map((preset) => (
            <button key={preset} type="button" aria-pressed={choice === preset} onClick={() => choose(preset)}>
              {PRESET_LABELS[preset]}
            </button>
          ))}
        </div>
        <div class="zoom" role="group" aria-label="Zoom">
          <button
            type="button"
            class="button quiet icon-only"
            aria-label="Earlier"
            title="Earlier"
            onClick={() => shift(-0.5)}
          >
            <Icon name="left" />
          </button>
          <button
            type="button"
            class="button quiet icon-only"
            aria-label="Later"
            title="Later"
            onClick={() => shift(0.5)}
          >
            <Icon name="right" />
          </button>
          <button
            type="button"
            class="button quiet icon-only"
            aria-label="Zoom in"
            title="Zoom in"
            onClick={() => scale(0.5)}
          >
            <Icon name="plus" />
          </button>
          <button
            type="button"
            class="button quiet icon-only"
            aria-label="Zoom out"
            title="Zoom out"
            onClick={() => scale(2)}
          >
            <Icon name="minus" />
          </button>
          <button
            type="button"
            class="button quiet icon-only"
            aria-label="Back to the window"
            title="Back to the window"
            onClick={() => choose("window")}
          >
            <Icon name="reset" />
          </button>
        </div>
      </div>
      <Timeline
        points={shown}
        leastWidth={stretch?.width ?? 0}
        view={view}
        gaps={gaps}
        forecast={forecast}
        now={now.peek()}
        onZoom={zoom}
        onReset={() => choose("window")}
      />
      <Legend
        model={model}
        stretch={stretch}
        hidden={hidden}
        onToggle={onToggle}
        hasGaps={gaps.length > 0}
        hasForecast={forecast.length > 0}
      />
      <LoadNote model={model} view={view} counted={stretch !== null} onMore={() => load(view.from)} />
      {gaps.length > 0 && <GapList gaps={gaps} />}
    </section>
  );
}

function presetSince(preset: Preset, model: RepositoryModel, until: number): number {
  const spans = { day: DAY, week: 7 * DAY, month: 30 * DAY };
  if (preset === "all") return 0;
  if (preset !== "window") return until - spans[preset];
  const window = model.statistics.value?.window;
  return parseTime(window?.from) ?? until - (window?.days ?? 7) * DAY;
}

function presetSpan(
  preset: Preset,
  model: RepositoryModel,
  minute: number,
  forecast: HourSpan[],
  first: number | null,
): Span {
  let from = presetSince(preset, model, minute);
  if (preset === "all") from = first ?? model.entries.value.at(-1)?.at ?? minute - DAY;
  from = Math.min(from, minute - HOUR / 2);
  const last = forecast.at(-1);
  const ahead = last ? Math.min(last.from + HOUR - minute, (minute - from) / 4) : 0;
  return { from, to: minute + Math.max(ahead, (minute - from) / 100) };
}

interface LegendProps {
  model: RepositoryModel;
  stretch: Stretch | null;
  hidden: ReadonlySet<string>;
  onToggle: (type: string) => void;
  hasGaps: boolean;
  hasForecast: boolean;
}

function Legend({ model, stretch, hidden, onToggle, hasGaps, hasForecast }: LegendProps) {
  const counts = new Map<string, number>();
  for (const { type, count = 1 } of (stretch?.points ?? model.entries.value) as Point[])
    counts.set(type, (counts.get(type) ?? 0) + count);
  const types = [...counts.keys()].sort((a, b) => counts.get(b)! - counts.get(a)!);
  return (
    <div class="legend" role="group" aria-label="Types shown">
      {types.map((type) => (
        <button key={type} type="button" class="chip" aria-pressed={!hidden.has(type)} onClick={() => onToggle(type)}>
          <span class={`dot type-${colourSlot(type)}`} /> {typeLabel(type)}
        </button>
      ))}
      {hasGaps && (
        <span class="key">
          <i class="swatch-gap" /> events may be missing
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

function LoadNote({
  model,
  view,
  counted,
  onMore,
}: {
  model: RepositoryModel;
  view: Span;
  counted: boolean;
  onMore: () => void;
}) {
  if (model.loadProblem.value)
    return (
      <p class="load-note field-problem" role="alert">
        {model.loadProblem.value}{" "}
        <button type="button" class="button" onClick={onMore}>
          Try again
        </button>
      </p>
    );
  const oldest = model.entries.value.at(-1)?.at;
  if (model.loading.value)
    return <p class="load-note muted">Loading events… {formatCount(model.entries.value.length)} so far</p>;
  if (model.extent.value !== "some" || oldest === undefined || oldest <= view.from) return null;
  return (
    <p class="load-note muted">
      {formatCount(model.entries.value.length)} of {formatCount(model.info.value.events_stored)} stored events are
      loaded, back to {isFar(now.peek() - oldest) ? formatDate(oldest) : formatDayAndTime(oldest)}.
      {counted && " The timeline counts all of them, the parts below those that are loaded."}{" "}
      <button type="button" class="button" onClick={onMore}>
        Load older events
      </button>
    </p>
  );
}

function GapList({ gaps }: { gaps: Span[] }) {
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
