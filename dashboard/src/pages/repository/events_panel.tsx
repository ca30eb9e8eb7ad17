// The latest events of a repository as sentences.
import { useState } from "preact/hooks";

import { EventLine } from "../../parts/event_line";
import type { RepositoryModel } from "../../state/repository_model";

const EVENTS_SHOWN = 10;
const MORE_EVENTS = 50;

export function EventsPanel({ model, hidden }: { model: RepositoryModel; hidden: ReadonlySet<string> }) {
  const [shown, setShown] = useState(EVENTS_SHOWN);
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
        <button type="button" class="button wide" onClick={() => setShown(shown + MORE_EVENTS)}>
          Show more
        </button>
      )}
    </section>
  );
}
