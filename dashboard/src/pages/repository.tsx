// The page about one repository: figures, timeline, time between events, activity by hour, accounts, latest events.
import { useEffect, useMemo, useState } from "preact/hooks";

import { ApiError, repository_path } from "../api/client";
import type { Forecast, Statistics, TypeStatistics } from "../api/types";
import { IntervalHistogram } from "../charts/interval_histogram";
import { HeatMap } from "../charts/heat_map";
import { type Span, Timeline } from "../charts/timeline";
import { type Point, intervals_between, hours_of_week } from "../domain/activity";
import { events_csv, statistics_csv } from "../domain/csv";
import { type HourSpan, forecast_hours } from "../domain/forecast";
import {
  format_count, format_duration, format_full_time, format_day_and_time, format_rate, kDay, kHour, parse_time, plural, time_zone, type_label,
} from "../domain/format";
import { GitHubSite } from "../domain/links";
import { colour_slot } from "../domain/type_colours";
import { EventLine } from "../parts/event_line";
import { Figure } from "../parts/figure";
import { Icon } from "../parts/icons";
import { PulseMeter } from "../parts/pulse_meter";
import { RepositoryActions } from "../parts/repository_actions";
import { StatusPill, describe_status } from "../parts/status";
import { Countdown, ExpectedTime, RelativeTime } from "../parts/times";
import { notify } from "../parts/toasts";
import { now } from "../state/clock";
import { events_between, file_name, save_file } from "../state/download";
import { type Hub, gaps_of } from "../state/hub";
import type { Entry, RepositoryModel } from "../state/repository_model";

type Preset = "window" | "day" | "week" | "month" | "all";

const kPresetLabels: Record<Preset, string> = { window: "Window", day: "24 h", week: "7 d", month: "30 d", all: "All" };
const kEventsAStep = 2_000;
const kEventsShown = 10;
const kMoreEvents = 50;
const kPeopleShown = 10;
const kForecastEveryMillis = 300_000;

export function RepositoryPage({ hub, full_name }: { hub: Hub; full_name: string }) {
  const model = hub.repositories.value ? hub.find(full_name) : undefined;
  if (hub.repositories.value === null) return <div class="panel skeleton skeleton-page" aria-busy="true" aria-label="Loading" />;
  if (!model)
    return (
      <div class="panel empty">
        <h1 tabIndex={-1}>{full_name} is not on this server</h1>
        <p class="muted">It was removed or never added.</p>
        <a class="button" href="#/">
          All repositories
        </a>
      </div>
    );
  return <RepositoryDetails key={model.key} hub={hub} model={model} />;
}

function RepositoryDetails({ hub, model }: { hub: Hub; model: RepositoryModel }) {
  const repository = model.info.value;
  const statistics = model.statistics.value;
  const [hidden, set_hidden] = useState<ReadonlySet<string>>(new Set());
  const forecast = useForecast(hub, repository.full_name);
  useEffect(() => {
    hub.load_window(model);
    if (!model.statistics.value) hub.refresh_statistics(repository.full_name).catch(() => {});
  }, [model]);
  const points = useMemo(() => model.entries.value.filter((entry) => !hidden.has(entry.type)), [model.entries.value, hidden]);
  const toggle = (type: string) => {
    const next = new Set(hidden);
    if (!next.delete(type)) next.add(type);
    set_hidden(next);
  };
  const { tone, explanation } = describe_status(repository);
  return (
    <div class="repository">
      <Head hub={hub} model={model} />
      {(tone === "bad" || tone === "warn") && (
        <p class={`notice tone-${tone}`}>
          <Icon name="warning" /> {explanation}
        </p>
      )}
      <Figures model={model} statistics={statistics} />
      <TimelinePanel hub={hub} model={model} points={points} hidden={hidden} on_toggle={toggle} forecast={forecast} />
      <div class="repository-detail">
        <TypeTable model={model} statistics={statistics} />
        <HeatPanel model={model} points={points} />
        <PeoplePanel entries={points} />
        <EventsPanel model={model} hidden={hidden} />
      </div>
    </div>
  );
}

function useForecast(hub: Hub, full_name: string): HourSpan[] {
  const [hours, set_hours] = useState<HourSpan[]>([]);
  useEffect(() => {
    let left = false;
    const load = async () => {
      try {
        const answer = await hub.client.get<Forecast>(repository_path(full_name, "/forecast"));
        if (!left) set_hours(forecast_hours(answer));
      } catch (error) {
        if (!left && error instanceof ApiError && error.reason === "not_found") set_hours([]);
      }
    };
    void load();
    const timer = setInterval(() => void load(), kForecastEveryMillis);
    return () => {
      left = true;
      clearInterval(timer);
    };
  }, [hub, full_name]);
  return hours;
}

function Head({ hub, model }: { hub: Hub; model: RepositoryModel }) {
  const repository = model.info.value;
  return (
    <div class="page-head">
      <div class="title">
        <nav aria-label="Breadcrumb" class="breadcrumb">
          <a href="#/">Repositories</a>
          <span aria-hidden="true">/</span>
        </nav>
        <h1 tabIndex={-1}>
          <span class="owner">{repository.owner.login}/</span>
          <wbr />
          {repository.name}
        </h1>
        <StatusPill repository={repository} />
      </div>
      <div class="page-actions">
        <RepositoryActions repository={repository} labelled />
        <a class="button quiet" href={GitHubSite.of(repository.html_url).repository(repository.full_name)} target="_blank" rel="noopener noreferrer">
          <Icon name="external" /> GitHub
        </a>
        <Downloads hub={hub} model={model} />
      </div>
    </div>
  );
}

function Downloads({ hub, model }: { hub: Hub; model: RepositoryModel }) {
  const name = model.info.value.full_name;
  const save_events = async (ending: "csv" | "json") => {
    const until = now.peek() + kDay;
    try {
      const { events, whole } = await events_between(hub.client, name, 0, until);
      if (ending === "csv") save_file(file_name(name, "events", "csv"), "text/csv", events_csv(events));
      else save_file(file_name(name, "events", "json"), "application/json", JSON.stringify(events));
      if (!whole) notify(`The file contains only the newest ${format_count(events.length)} events. Use “repopulse export” to get all of them.`);
    } catch (error) {
      notify(`The events could not be downloaded. ${error instanceof Error ? error.message : error}`, "failed");
    }
  };
  const save_statistics = (ending: "csv" | "json") => {
    const statistics = model.statistics.value;
    if (!statistics) return notify("There are no statistics yet.", "failed");
    if (ending === "csv") save_file(file_name(name, "statistics", "csv"), "text/csv", statistics_csv(statistics));
    else save_file(file_name(name, "statistics", "json"), "application/json", JSON.stringify(statistics, null, 2));
  };
  const choose = (event: MouseEvent, action: () => void) => {
    (event.currentTarget as HTMLElement).closest("details")!.open = false;
    action();
  };
  return (
    <details class="menu" onKeyDown={(event) => event.key === "Escape" && (event.currentTarget.open = false)}>
      <summary class="button">
        <Icon name="download" /> Download
      </summary>
      <div class="menu-items">
        <button type="button" onClick={(event) => choose(event, () => save_statistics("csv"))}>Statistics as CSV</button>
        <button type="button" onClick={(event) => choose(event, () => save_statistics("json"))}>Statistics as JSON</button>
        <button type="button" onClick={(event) => choose(event, () => void save_events("csv"))}>Events as CSV</button>
        <button type="button" onClick={(event) => choose(event, () => void save_events("json"))}>Events as JSON</button>
      </div>
    </details>
  );
}

function Figures({ model, statistics }: { model: RepositoryModel; statistics: Statistics | null }) {
  const repository = model.info.value;
  const window = statistics?.window;
  const [from, to] = [parse_time(window?.from), parse_time(window?.to)];
  const usual = model.usual_interval.value;
  const polling = repository.polling;
  return (
    <div class="figures">
      <Figure label="Events per hour" value={format_rate(usual ? kHour / usual : null)} note={usual ? `one every ${format_duration(usual)}` : "needs at least two events"} />
      <div class="panel figure figure-wide">
        <p class="figure-label">Pulse</p>
        <PulseMeter last_event_at={model.last_event_at.value} usual_interval={usual} />
      </div>
      <Figure
        label="Window"
        value={from !== null && to !== null ? format_duration(to - from) : "–"}
        note={window ? describe_window(window) : "no statistics yet"}
        warning={window?.complete === false ? "Events may be missing" : undefined}
      />
      <Figure
        label="Next poll"
        value={repository.active ? <Countdown at={parse_time(repository.next_poll_at)} /> : "Not polled"}
        note={
          <>
            last poll <RelativeTime at={parse_time(repository.last_polled_at)} />
          </>
        }
      />
      <Figure
        label="Requests"
        value={format_count(polling?.requests)}
        note={polling ? `${format_count(polling.not_modified)} unchanged, ${format_count(polling.failures)} failed` : ""}
      />
      <Figure label="Events stored" value={format_count(repository.events_stored)} note={<>repository added <RelativeTime at={parse_time(repository.added_at)} /></>} />
    </div>
  );
}

function describe_window({ events, days, max_events }: Statistics["window"]): string {
  return `${plural(events, "event")} (limit: ${plural(days, "day")} or ${format_count(max_events)})`;
}

interface TimelinePanelProps {
  hub: Hub;
  model: RepositoryModel;
  points: Entry[];
  hidden: ReadonlySet<string>;
  on_toggle: (type: string) => void;
  forecast: HourSpan[];
}

function TimelinePanel({ hub, model, points, hidden, on_toggle, forecast }: TimelinePanelProps) {
  const [choice, set_choice] = useState<Preset | Span>("window");
  const minute = Math.ceil(now.value / 60) * 60;
  const view = typeof choice === "string" ? preset_span(choice, model, minute, forecast) : choice;
  const load = (since: number, most = kEventsAStep) => void model.load_events(hub.client, since, model.entries.value.length + most);
  const zoom = (span: Span) => {
    set_choice(span);
    load(span.from);
  };
  const scale = (factor: number) => {
    const middle = (view.from + view.to) / 2;
    const half = Math.max(60, ((view.to - view.from) / 2) * factor);
    zoom({ from: middle - half, to: Math.min(middle + half, minute + kDay) });
  };
  const shift = (share: number) => zoom({ from: view.from + (view.to - view.from) * share, to: view.to + (view.to - view.from) * share });
  const choose = (preset: Preset) => {
    set_choice(preset);
    load(preset_since(preset, model, minute));
  };
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
      <Timeline points={points} view={view} gaps={gaps} forecast={forecast} now={now.peek()} on_zoom={zoom} on_reset={() => choose("window")} />
      <Legend model={model} hidden={hidden} on_toggle={on_toggle} has_gaps={gaps.length > 0} has_forecast={forecast.length > 0} />
      <LoadNote model={model} view={view} on_more={() => load(view.from)} />
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

function preset_span(preset: Preset, model: RepositoryModel, minute: number, forecast: HourSpan[]): Span {
  let from = preset_since(preset, model, minute);
  if (preset === "all") from = model.entries.value.at(-1)?.at ?? minute - kDay;
  from = Math.min(from, minute - kHour / 2);
  const last = forecast.at(-1);
  const ahead = last ? Math.min(last.from + kHour - minute, (minute - from) / 4) : 0;
  return { from, to: minute + Math.max(ahead, (minute - from) / 100) };
}

interface LegendProps {
  model: RepositoryModel;
  hidden: ReadonlySet<string>;
  on_toggle: (type: string) => void;
  has_gaps: boolean;
  has_forecast: boolean;
}

function Legend({ model, hidden, on_toggle, has_gaps, has_forecast }: LegendProps) {
  const counts = new Map<string, number>();
  for (const entry of model.entries.value) counts.set(entry.type, (counts.get(entry.type) ?? 0) + 1);
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

function LoadNote({ model, view, on_more }: { model: RepositoryModel; view: Span; on_more: () => void }) {
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
      {format_count(model.entries.value.length)} of {format_count(model.info.value.events_stored)} stored events are loaded, back to {format_day_and_time(oldest)}.{" "}
      <button type="button" class="button" onClick={on_more}>Load older events</button>
    </p>
  );
}

const kGapsListed = 5;

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

type Column = "type" | "events" | "average_seconds" | "median_seconds" | "p90_seconds" | "stddev_seconds" | "last_event_at" | "expected_next_at";

const kColumns: { name: Column; label: string; title: string; numeric: boolean }[] = [
  { name: "type", label: "Type", title: "Type of event", numeric: false },
  { name: "events", label: "Events", title: "Number of events in the window", numeric: true },
  { name: "average_seconds", label: "Average", title: "Average time between two events of this type", numeric: true },
  { name: "median_seconds", label: "Median", title: "Half of the intervals are shorter", numeric: true },
  { name: "p90_seconds", label: "90th percentile", title: "90 % of the intervals are shorter", numeric: true },
  { name: "stddev_seconds", label: "Std. deviation", title: "Standard deviation of the intervals", numeric: true },
  { name: "last_event_at", label: "Last event", title: "Time of the last event of this type", numeric: true },
  { name: "expected_next_at", label: "Next expected", title: "Time of the last event plus the average interval", numeric: true },
];

function TypeTable({ model, statistics }: { model: RepositoryModel; statistics: Statistics | null }) {
  const [sort, set_sort] = useState<{ column: Column; down: boolean }>({ column: "events", down: true });
  const intervals = useMemo(() => intervals_by_type(model, statistics), [model.entries.value, statistics]);
  if (!statistics || statistics.types.length === 0)
    return (
      <section class="panel area-types" aria-labelledby="types-title">
        <div class="panel-head"><h2 id="types-title">Time between events</h2></div>
        <p class="muted">{statistics ? "The window contains no events." : "No statistics yet."}</p>
      </section>
    );
  const rows = [...statistics.types].sort((a, b) => compare(sort_value(a, sort.column), sort_value(b, sort.column)) * (sort.down ? -1 : 1));
  return (
    <section class="panel area-types" aria-labelledby="types-title">
      <div class="panel-head">
        <h2 id="types-title">Time between events</h2>
        <p class="muted">{statistics.window.rule}</p>
      </div>
      <div class="table-scroll" tabIndex={0} role="group" aria-label="Table of the time between events">
        <table class="data">
          <thead>
            <tr>
              {kColumns.map(({ name, label, title, numeric }) => (
                <th key={name} scope="col" class={numeric ? "numeric" : ""} aria-sort={sort.column !== name ? undefined : sort.down ? "descending" : "ascending"}>
                  <button type="button" title={title} onClick={() => set_sort({ column: name, down: sort.column === name ? !sort.down : numeric })}>
                    {label}
                  </button>
                </th>
              ))}
              <th scope="col" class="distribution" title="How often each length of interval occurs: under 10 s on the left, over 3 days on the right">Distribution</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <TypeRow key={row.type} row={row} intervals={intervals.get(row.type) ?? []} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function TypeRow({ row, intervals }: { row: TypeStatistics; intervals: number[] }) {
  return (
    <tr>
      <th scope="row">
        <span class={`dot type-${colour_slot(row.type)}`} /> {type_label(row.type)}
      </th>
      <td class="numeric">{format_count(row.events)}</td>
      <td class="numeric strong">{format_duration(row.average_seconds)}</td>
      <td class="numeric">{format_duration(row.median_seconds)}</td>
      <td class="numeric">{format_duration(row.p90_seconds)}</td>
      <td class="numeric">{format_duration(row.stddev_seconds)}</td>
      <td class="numeric"><RelativeTime at={parse_time(row.last_event_at)} /></td>
      <td class="numeric"><ExpectedTime at={parse_time(row.expected_next_at)} /></td>
      <td class="distribution"><IntervalHistogram intervals={intervals} slot={colour_slot(row.type)} /></td>
    </tr>
  );
}

// Types are sorted by the label that the reader sees.
function sort_value(row: TypeStatistics, column: Column): string | number | null {
  return column === "type" ? type_label(row.type) : row[column];
}

function compare(a: string | number | null, b: string | number | null): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  return a < b ? -1 : Number(a > b);
}

// Only intervals inside the window, so that the distributions agree with the figures beside them.
function intervals_by_type(model: RepositoryModel, statistics: Statistics | null): Map<string, number[]> {
  const from = parse_time(statistics?.window.from) ?? Infinity;
  const by_type = new Map<string, Point[]>();
  for (const entry of model.entries.value) {
    if (entry.at < from) break;
    const points = by_type.get(entry.type);
    if (points) points.push(entry);
    else by_type.set(entry.type, [entry]);
  }
  return new Map([...by_type].map(([type, points]) => [type, intervals_between(points)]));
}

function HeatPanel({ model, points }: { model: RepositoryModel; points: Point[] }) {
  const zone = time_zone();
  const hour = Math.floor(now.value / kHour) * kHour + kHour;
  const oldest = model.entries.value.at(-1)?.at;
  const cells = useMemo(() => hours_of_week(points, oldest ?? hour, hour), [points, oldest, hour]);
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

function PeoplePanel({ entries }: { entries: Entry[] }) {
  const people = useMemo(() => count_people(entries), [entries]);
  const most = people[0]?.events ?? 0;
  return (
    <section class="panel area-people" aria-labelledby="people-title">
      <div class="panel-head">
        <h2 id="people-title">Most active accounts</h2>
        <p class="muted">{plural(people.length, "account")}; all loaded events</p>
      </div>
      <ul class="people">
        {people.slice(0, kPeopleShown).map(({ login, events }) => (
          <li key={login}>
            <span class="person">{login}</span>
            <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
              <rect class="level" width={(events / most) * 100} height="8" />
            </svg>
            <span class="numeric">{format_count(events)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function count_people(entries: Entry[]): { login: string; events: number }[] {
  const counts = new Map<string, number>();
  for (const { actor } of entries) if (actor !== "") counts.set(actor, (counts.get(actor) ?? 0) + 1);
  return [...counts].map(([login, events]) => ({ login, events })).sort((a, b) => b.events - a.events || a.login.localeCompare(b.login));
}

function EventsPanel({ model, hidden }: { model: RepositoryModel; hidden: ReadonlySet<string> }) {
  const [shown, set_shown] = useState(kEventsShown);
  const entries = model.entries.value.filter((entry) => !hidden.has(entry.type));
  return (
    <section class="panel area-events" aria-labelledby="events-title">
      <div class="panel-head">
        <h2 id="events-title">Latest events</h2>
      </div>
      {entries.length === 0 && <p class="muted">{model.loading.value ? "Loading…" : "No events yet."}</p>}
      <ul class="events">
        {entries.slice(0, shown).map((entry) => (
          <EventLine key={entry.id} entry={entry} />
        ))}
      </ul>
      {entries.length > shown && (
        <button type="button" class="button wide" onClick={() => set_shown(shown + kMoreEvents)}>
          Show more
        </button>
      )}
    </section>
  );
}
