// Loads the histories of the repositories that are compared.
import { useEffect, useState } from "preact/hooks";

import type { History } from "../../api/types";
import type { By } from "../../domain/calendar";
import { DAY } from "../../domain/format";
import { isSpan, type Preset, type Span } from "../../domain/range";
import { thisMinute } from "../../state/clock";
import { firstEvent, loadHistory } from "../../state/histories";
import type { Hub } from "../../state/hub";

export interface Histories {
  loaded: { repository: string; history: History }[]; // in the order of the names
  loading: boolean;
  problem: string | null;
}

const AGAIN_MINUTES = 5;

// The answers before stay until the new ones are there.
export function useHistories(hub: Hub, names: string[], parts: (Span & { by: By }) | null): Histories {
  const [loaded, setLoaded] = useState<Histories["loaded"]>([]);
  const [problem, setProblem] = useState<string | null>(null);
  const [done, setDone] = useState<string | null>(null);
  const key = parts && `${names.join()} ${parts.by} ${parts.from} ${parts.to} ${hub.actors}`;
  const again = Math.floor(thisMinute.value / 60 / AGAIN_MINUTES);
  useEffect(() => {
    if (parts === null) return;
    let left = false;
    const one = async (repository: string) => ({
      repository,
      history: await loadHistory(hub.client, repository, parts, hub.actors),
    });
    Promise.all(names.map(one))
      .then((all) => {
        if (left) return;
        setLoaded(all);
        setProblem(null);
        setDone(key);
      })
      .catch((error) => {
        if (left) return;
        setProblem(error instanceof Error ? error.message : String(error));
        setDone(key);
      });
    return () => {
      left = true;
    };
  }, [hub, key, again]);
  return { loaded, loading: done !== key, problem };
}

// The span of a range; null while the beginning of “All” is not known yet.
export function useSpan(hub: Hub, names: string[], range: Preset | Span): Span | null {
  const [first, setFirst] = useState<{ key: string; at: number | null } | null>(null);
  const key = names.join();
  const needed = range === "all";
  useEffect(() => {
    if (!needed) return;
    let left = false;
    Promise.all(names.map((name) => firstEvent(hub.client, name).catch(() => null))).then((times) => {
      const known = times.filter((at) => at !== null);
      if (!left) setFirst({ key, at: known.length > 0 ? Math.min(...known) : null });
    });
    return () => {
      left = true;
    };
  }, [hub, key, needed]);
  if (isSpan(range)) return range;
  const to = thisMinute.value;
  if (range !== "all") return { from: to - { window: 7 * DAY, day: DAY, week: 7 * DAY, month: 30 * DAY }[range], to };
  return first?.key === key ? { from: first.at ?? to - DAY, to } : null;
}
