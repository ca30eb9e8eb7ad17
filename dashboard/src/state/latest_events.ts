// The latest events of all repositories. Not more than are shown: with thousands of repositories, those that nobody looks at keep none.
import { signal } from "@preact/signals";

import type { Entry } from "./loaded_events";
import type { RepositoryModel } from "./repository_model";

export const LATEST_SHOWN = 25;

export interface LatestEvent {
  entry: Entry;
  model: RepositoryModel;
}

export class LatestEvents {
  readonly all = signal<LatestEvent[]>([]); // newest first

  add(model: RepositoryModel, entries: readonly Entry[]): void {
    const before = this.all.peek();
    const oldest = before.length < LATEST_SHOWN ? -Infinity : before.at(-1)!.entry.at;
    const isKnown = (entry: Entry) => before.some((known) => known.model === model && known.entry.id === entry.id);
    const fresh = entries.slice(0, LATEST_SHOWN).filter((entry) => entry.at >= oldest && !isKnown(entry));
    if (fresh.length === 0) return;
    // Of events of one second, the one that came last is first.
    this.all.value = [...fresh.map((entry) => ({ entry, model })), ...before]
      .sort((a, b) => b.entry.at - a.entry.at)
      .slice(0, LATEST_SHOWN);
  }

  keepOnly(isPresent: (model: RepositoryModel) => boolean): void {
    const kept = this.all.peek().filter(({ model }) => isPresent(model));
    if (kept.length < this.all.peek().length) this.all.value = kept;
  }
}
