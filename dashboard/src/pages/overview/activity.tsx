// The latest events of all repositories.
import { EventLine } from "../../parts/event_line";
import type { LatestEvents } from "../../state/latest_events";

export function Activity({ latest }: { latest: LatestEvents }) {
  const newest = latest.all.value;
  return (
    <section class="panel activity" aria-labelledby="activity-title">
      <h2 id="activity-title">Latest activity</h2>
      {newest.length === 0 ? (
        <p class="muted">No events yet. New events appear here as soon as they are stored.</p>
      ) : (
        <ul class="events">
          {newest.map(({ entry, model }) => (
            <EventLine key={`${model.key} ${entry.id}`} entry={entry} repository={model.info.value.full_name} />
          ))}
        </ul>
      )}
    </section>
  );
}
