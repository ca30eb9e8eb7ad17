// The range that rules the page of a repository. The address holds it.
import { useEffect, useMemo, useState } from "preact/hooks";

import type { HourSpan } from "../../domain/forecast";
import { DAY, HOUR, MINUTE, parseTime } from "../../domain/format";
import { isSpan, type Preset, readRange, type Span, writeRange } from "../../domain/range";
import type { Knowledge } from "../../domain/watched";
import { thisMinute } from "../../state/clock";
import { firstEvent } from "../../state/histories";
import type { Hub } from "../../state/hub";
import type { RepositoryModel } from "../../state/repository_model";
import { route, setOption } from "../../state/router";

export interface PageRange {
  choice: Preset | Span;
  name: string; // the choice as the address has it
  span: Span; // up to the present minute
  view: Span; // what the timeline shows: with the hours that are forecast
  live: boolean; // ends now
  knowledge: Knowledge; // before and after, nothing is known
}

export const ZOOM_BEYOND = DAY; // how far after the present the timeline can be moved

export function useRange(hub: Hub, model: RepositoryModel, forecast: HourSpan[]): PageRange {
  const option = route.value.options.get("range");
  const choice = useMemo(() => readRange(option), [option]);
  const minute = thisMinute.value;
  const first = useFirstEvent(hub, model) ?? loadedFrom(model);
  const view = isSpan(choice) ? choice : presetSpan(choice, model, minute, forecast, first);
  const span = { from: Math.min(view.from, minute - MINUTE), to: Math.min(view.to, minute) };
  const knowledge = { from: first, until: watchedUntil(model, minute) };
  return { choice, name: writeRange(choice) ?? "window", span, view, live: view.to >= minute, knowledge };
}

function loadedFrom(model: RepositoryModel): number | null {
  return model.events.extent.value === "all" ? (model.entries.value.at(-1)?.at ?? null) : null;
}

// What is asked for rarely is still watched: events since the last poll will come.
function watchedUntil(model: RepositoryModel, minute: number): number {
  const { active, last_polled_at: lastPolledAt } = model.info.value;
  return active ? minute : (parseTime(lastPolledAt) ?? model.entries.value[0]?.at ?? minute);
}

export function chooseRange(range: Preset | Span): void {
  setOption("range", writeRange(range));
}

function presetSpan(
  preset: Preset,
  model: RepositoryModel,
  minute: number,
  forecast: HourSpan[],
  first: number | null,
): Span {
  const from = Math.min(presetSince(preset, model, minute, first), minute - HOUR / 2);
  const last = forecast.at(-1);
  const ahead = last ? Math.min(last.from + HOUR - minute, (minute - from) / 4) : 0;
  return { from, to: minute + Math.max(ahead, (minute - from) / 100) };
}

function presetSince(preset: Preset, model: RepositoryModel, minute: number, first: number | null): number {
  const spans = { day: DAY, week: 7 * DAY, month: 30 * DAY };
  if (preset === "all") return first ?? model.entries.value.at(-1)?.at ?? minute - DAY;
  if (preset !== "window") return minute - spans[preset];
  const window = model.statistics.value?.window;
  return parseTime(window?.from) ?? minute - (window?.days ?? 7) * DAY;
}

// The time of the first event that is stored; null while it is not known.
function useFirstEvent(hub: Hub, model: RepositoryModel): number | null {
  const [first, setFirst] = useState<number | null>(null);
  const name = model.info.value.full_name;
  useEffect(() => {
    let left = false;
    firstEvent(hub.client, name)
      .then((at) => {
        if (!left) setFirst(at);
      })
      .catch(() => {}); // the events that are loaded tell instead
    return () => {
      left = true;
    };
  }, [hub, name]);
  return first;
}
