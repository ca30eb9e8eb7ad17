// The events of the range that rules the page. Of a range that ends now they are those that live events join; of an older one they are
// loaded for themselves.
import { useEffect, useMemo } from "preact/hooks";

import type { Hub } from "../../state/hub";
import { type Entry, LoadedEvents } from "../../state/loaded_events";
import type { RepositoryModel } from "../../state/repository_model";
import type { PageRange } from "./range";

export interface RangeEvents {
  entries: Entry[]; // newest first
  whole: boolean; // no older event of the range is missing
  loading: boolean;
  problem: string | null;
  more: () => void; // loads older ones
}

const EVENTS_A_STEP = 2_000;

export function useRangeEvents(hub: Hub, model: RepositoryModel, range: PageRange): RangeEvents {
  const { from, to } = range.span;
  const covered = covers(model.events, from);
  const own = useMemo(
    () => (range.live || covered ? null : new LoadedEvents(model.info, hub.actors, { from, to })),
    [hub, model, range.live || covered, range.live ? 0 : from, range.live ? 0 : to],
  );
  const source = own ?? model.events;
  const more = () => void source.load(hub.client, from, source.entries.value.length + EVENTS_A_STEP);
  useEffect(() => {
    // The window is loaded with the page. Once for each choice: a span up to now moves with the clock, but for the beginning of “All”.
    if (range.choice !== "window" && !covers(source, from)) more();
  }, [hub, source, range.name, range.choice === "all" ? from : 0]);
  const all = source.entries.value;
  const entries = useMemo(
    () => all.filter(({ at }) => at >= from && (range.live || at <= to)),
    [all, from, range.live ? 0 : to, range.live],
  );
  return {
    entries,
    whole: covers(source, from),
    loading: source.loading.value,
    problem: source.problem.value,
    more,
  };
}

function covers({ entries, extent }: LoadedEvents, from: number): boolean {
  return extent.value === "all" || (entries.value.at(-1)?.at ?? Infinity) <= from;
}
