// Says how the pulse has changed: the events of the last seven days beside those of the seven days before.
import { useEffect, useRef } from "preact/hooks";

import { plural } from "../domain/format";
import { type Direction, describeChange, isWatched, spellTrend, type Trend } from "../domain/trend";
import { now, thisHour } from "../state/clock";
import { gapsOf, type Hub } from "../state/hub";
import type { RepositoryModel } from "../state/repository_model";
import { Figure } from "./figure";
import { Icon } from "./icons";

// Has the last 14 days loaded while it is in sight, and again each hour.
export function useRecent(hub: Hub, model: RepositoryModel, inSight: boolean): void {
  const latest = useRef(inSight);
  latest.current = inSight;
  const hour = thisHour.value;
  useEffect(() => {
    if (inSight) hub.loadRecent(model, () => latest.current);
  }, [hub, model, inSight, hour]);
  useEffect(
    () => () => {
      latest.current = false;
    },
    [],
  );
}

type KnownTrend = Trend & { recent: number; before: number };

function isKnown(trend: Trend | null): trend is KnownTrend {
  return trend !== null && trend.recent !== null && trend.before !== null;
}

// For a card. Nothing where the change is not known: most cards of a new server would say the same.
export function TrendLine({ model }: { model: RepositoryModel }) {
  const trend = model.recent.value?.trend ?? null;
  if (!isKnown(trend) || !isWatched(model.info.value, now.peek())) return null;
  if (trend.recent === 0 && trend.before === 0) return null;
  const { direction, text } = describeChange(trend.recent, trend.before);
  return (
    <p class="trend" title={spellTrend(trend)}>
      <Icon name={direction} /> {plural(trend.recent, "event")} in 7 days, <span class="muted">{text}</span>
    </p>
  );
}

// For the page of a repository, which also says why the change is not known.
export function TrendFigure({ model }: { model: RepositoryModel }) {
  const { value, note, direction } = describe(model);
  return (
    <Figure
      label="Last 7 days"
      value={
        <>
          {value} {direction && <Icon name={direction} />}
        </>
      }
      note={note}
    />
  );
}

function describe(model: RepositoryModel): { value: string; note: string; direction?: Direction } {
  const trend = model.recent.value?.trend ?? null;
  const { active, status } = model.info.value;
  if (!active) return { value: "–", note: "not known: not polled now" };
  if (status === "pending") return { value: "–", note: "not polled yet" };
  if (!isWatched(model.info.value, now.peek())) return { value: "–", note: "not known: polling has problems" };
  if (!trend) return { value: "–", note: model.recentQuery === null ? "not known" : "…" };
  if (isKnown(trend)) {
    const { direction, text } = describeChange(trend.recent, trend.before);
    return { value: plural(trend.recent, "event"), note: text, direction };
  }
  const gap = gapsOf(model.info.value).some(({ from, to }) => from < trend.to && to > trend.from);
  const why = gap ? "events may be missing" : "history is shorter than 14 days";
  return {
    value: trend.recent === null ? "–" : plural(trend.recent, "event"),
    note: `${trend.recent === null ? "" : "the 7 days before are not known: "}${why}`,
  };
}
