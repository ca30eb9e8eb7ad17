// The latest events of all repositories.
import { EventLine } from "../../parts/event_line";
import type { RepositoryModel } from "../../state/repository_model";

const ACTIVITY_SHOWN = 25;

export function Activity({ models }: { models: RepositoryModel[] }) {
  const newest = models
    .flatMap((model) => model.entries.value.slice(0, ACTIVITY_SHOWN).map((entry) => ({ entry, model })))
    .sort((a, b) => b.entry.at - a.entry.at)
    .slice(0, ACTIVITY_SHOWN);
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
