// The latest events in the range of a repository's page, as sentences.
import { useEffect, useState } from "preact/hooks";

import { EventLine } from "../../parts/event_line";
import type { PageRange } from "./range";
import type { RangeEvents } from "./range_events";
import { rangeName } from "./range_name";

const EVENTS_SHOWN = 10;
const MORE_EVENTS = 50;

interface EventsPanelProps {
  range: PageRange;
  events: RangeEvents;
  hidden: ReadonlySet<string>;
}

export function EventsPanel({ range, events, hidden }: EventsPanelProps) {
  const [shown, setShown] = useState(EVENTS_SHOWN);
  useEffect(() => setShown(EVENTS_SHOWN), [range.name]);
  const entries = events.entries.filter((entry) => !hidden.has(entry.type));
  return (
    <section class="panel area-events" aria-labelledby="events-title">
      <div class="panel-head">
        <h2 id="events-title">Latest events</h2>
        <p class="muted">{rangeName(range)}</p>
      </div>
      {entries.length === 0 && <p class="muted">{events.loading ? "Loading…" : noEvents(range)}</p>}
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

function noEvents({ choice }: PageRange): string {
  return choice === "window" || choice === "all" ? "No events yet." : "No events in this range.";
}
