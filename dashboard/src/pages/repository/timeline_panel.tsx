// The timeline of a repository with its time spans, zoom, legend and list of gaps.
import { useEffect, useMemo } from "preact/hooks";

import { Timeline } from "../../charts/timeline";
import {
  format_count, format_date, format_day_and_time, format_duration, format_full_time, is_far, kDay, kHour, kMinute, parse_time, plural, type_label,
} from "../../domain/format";
import type { Point } from "../../domain/activity";
import type { HourSpan } from "../../domain/forecast";
import { type Preset, type Span, read_range, write_range } from "../../domain/range";
import { with_live } from "../../domain/stretch";
import { colour_slot } from "../../domain/type_colours";
import { Icon } from "../../parts/icons";
import { now } from "../../state/clock";
import { type Hub, gaps_of } from "../../state/hub";
import type { Entry, RepositoryModel } from "../../state/repository_model";
import { route, set_option } from "../../state/router";
import { type Stretch, useFirstEvent, useStretch } from "./stretch";

const kPresetLabels: Record<Preset, string> = { window: "Window", day: "24 h", week: "7 d", month: "30 d", all: "All" };
const kEventsAStep = 2_000;
const kGapsListed = 5;

interface TimelinePanelProps {
  hub: Hub;
  model: RepositoryModel;
  points: Entry[];
  hidden: ReadonlySet<string>;
  on_toggle: (type: string) => void;
  forecast: HourSpan[];
}

export function TimelinePanel({ hub, model, points, hidden, on_toggle, forecast }: TimelinePanelProps) {
  const option = route.value.options.get("range");
  const choice = useMemo(() => read_range(option), [option]);
  const set_choice = (range: Preset | Span) => set_option("range", write_range(range));
  const minute = Math.ceil(now.value / kMinute) * kMinute;
  const first = useFirstEvent(hub, model, choice === "all");
  const view = typeof choice === "string" ? preset_span(choice, model, minute, forecast, first) : choice;
  const stretch = useStretch(hub, model, view, minute);
  const shown = useMemo(() => {
    if (!stretch) return points;
    const counted = with_live(stretch.points, stretch.width, model.entries.value, model.extent.value === "all", minute);
    return counted.filter(({ type }) => !hidden.has(type));
  }, [stretch, points, hidden, minute]);
  const load = (since: number, most = kEventsAStep) => void model.load_events(hub.client, since, model.entries.value.length + most);
  const zoom = (span: Span) => {
    set_choice(span);
    load(span.from);
  };
  const scale = (factor: number) => {
    const middle = (view.from + view.to) / 2;
    const half = Math.max(kMinute, ((view.to - view.from) / 2) * factor);
    zoom({ from: middle - half, to: Math.min(middle + half, minute + kDay) });
  };
  const shift = (share: number) => zoom({ from: view.from + (view.to - view.from) * share, to: view.to + (view.to - view.from) * share });
  const choose = (preset: Preset) => {
    set_choice(preset);
    load(preset_since(preset, model, minute));
  };
  useEffect(() => {
    if (choice !== "window") load(view.from);  // a range that the address brought
  }, [model]);
  const gaps = gaps_of(model.info.value);
  return (
    <section class="panel" aria-labelledby="timeline-title">
      <div class="panel-head">
        <h2 id="timeline-title">Timeline</h2>
        <div class="segments" role="group" aria-label="Time span">
          {(Object.keys(kPresetLabels) as Preset[]).map((preset) => (
            <button key={preset} type="button" aria-pressed={choice === preset} onClick={() => choose(preset)}>
              {kPresetLabels[preset]}
            </button>
          ))}
        </div>
        <div class="zoom" role="group" aria-label="Zoom">
          <button type="button" class="button quiet icon-only" aria-label="Earlier" title="Earlier" onClick={() => shift(-0.5)}><Icon name="left" /></button>
          <button type="button" class="button quiet icon-only" aria-label="Later" title="Later" onClick={() => shift(0.5)}><Icon name="right" /></button>
          <button type="button" class="button quiet icon-only" aria-label="Zoom in" title="Zoom in" onClick={() => scale(0.5)}><Icon name="plus" /></button>
          <button type="button" class="button quiet icon-only" aria-label="Zoom out" title="Zoom out" onClick={() => scale(2)}><Icon name="minus" /></button>
          <button type="button" class="button quiet icon-only" aria-label="Back to the window" title="Back to the window" onClick={() => choose("window")}><Icon name="reset" /></button>
        </div>
      </div>
      <Timeline points={shown} least_width={stretch?.width ?? 0} view={view} gaps={gaps} forecast={forecast} now={now.peek()} on_zoom={zoom} on_reset={() => choose("window")} />
      <Legend model={model} stretch={stretch} hidden={hidden} on_toggle={on_toggle} has_gaps={gaps.length > 0} has_forecast={forecast.length > 0} />
      <LoadNote model={model} view={view} counted={stretch !== null} on_more={() => load(view.from)} />
      {gaps.length > 0 && <GapList gaps={gaps} />}
    </section>
  );
}

function preset_since(preset: Preset, model: RepositoryModel, until: number): number {
  const spans = { day: kDay, week: 7 * kDay, month: 30 * kDay };
  if (preset === "all") return 0;
  if (preset !== "window") return until - spans[preset];
  const window = model.statistics.value?.window;
  return parse_time(window?.from) ?? until - (window?.days ?? 7) * kDay;
}

function preset_span(preset: Preset, model: RepositoryModel, minute: number, forecast: HourSpan[], first: number | null): Span {
  let from = preset_since(preset, model, minute);
  if (preset === "all") from = first ?? model.entries.value.at(-1)?.at ?? minute - kDay;
  from = Math.min(from, minute - kHour / 2);
  const last = forecast.at(-1);
  const ahead = last ? Math.min(last.from + kHour - minute, (minute - from) / 4) : 0;
  return { from, to: minute + Math.max(ahead, (minute - from) / 100) };
}

interface LegendProps {
  model: RepositoryModel;
  stretch: Stretch | null;
  hidden: ReadonlySet<string>;
  on_toggle: (type: string) => void;
  has_gaps: boolean;
  has_forecast: boolean;
}

function Legend({ model, stretch, hidden, on_toggle, has_gaps, has_forecast }: LegendProps) {
  const counts = new Map<string, number>();
  for (const { type, count = 1 } of (stretch?.points ?? model.entries.value) as Point[]) counts.set(type, (counts.get(type) ?? 0) + count);
  const types = [...counts.keys()].sort((a, b) => counts.get(b)! - counts.get(a)!);
  return (
    <div class="legend" role="group" aria-label="Types shown">
      {types.map((type) => (
        <button key={type} type="button" class="chip" aria-pressed={!hidden.has(type)} onClick={() => on_toggle(type)}>
          <span class={`dot type-${colour_slot(type)}`} /> {type_label(type)}
        </button>
      ))}
      {has_gaps && <span class="key"><i class="swatch-gap" /> events may be missing</span>}
      {has_forecast && <span class="key"><i class="swatch-forecast" /> forecast, 90 % interval</span>}
    </div>
  );
}

function LoadNote({ model, view, counted, on_more }: { model: RepositoryModel; view: Span; counted: boolean; on_more: () => void }) {
  if (model.load_problem.value)
    return (
      <p class="load-note field-problem" role="alert">
        {model.load_problem.value} <button type="button" class="button" onClick={on_more}>Try again</button>
      </p>
    );
  const oldest = model.entries.value.at(-1)?.at;
  if (model.loading.value) return <p class="load-note muted">Loading events… {format_count(model.entries.value.length)} so far</p>;
  if (model.extent.value !== "some" || oldest === undefined || oldest <= view.from) return null;
  return (
    <p class="load-note muted">
      {format_count(model.entries.value.length)} of {format_count(model.info.value.events_stored)} stored events are loaded, back to {is_far(now.peek() - oldest) ? format_date(oldest) : format_day_and_time(oldest)}.
      {counted && " The timeline counts all of them, the parts below those that are loaded."}{" "}
      <button type="button" class="button" onClick={on_more}>Load older events</button>
    </p>
  );
}

function GapList({ gaps }: { gaps: Span[] }) {
  const newest = [...gaps].sort((a, b) => b.from - a.from);
  return (
    <details class="gap-list">
      <summary>{plural(gaps.length, "gap")} in which events may be missing</summary>
      <ul>
        {newest.slice(0, kGapsListed).map((gap) => (
          <li key={gap.from}>
            {format_full_time(gap.from)} to {format_full_time(gap.to)} ({format_duration(gap.to - gap.from)})
          </li>
        ))}
        {gaps.length > kGapsListed && <li>and {plural(gaps.length - kGapsListed, "earlier gap")}</li>}
      </ul>
    </details>
  );
}
