// Says which events of the range are loaded, and loads older ones.
import { formatCount, formatDate, formatDayAndTime, isFar } from "../../domain/format";
import { now } from "../../state/clock";
import type { RepositoryModel } from "../../state/repository_model";
import type { RangeEvents } from "./range_events";

interface LoadNoteProps {
  model: RepositoryModel;
  events: RangeEvents;
  eventsInRange: number | null;
  counted: boolean; // the timeline does not depend on what is loaded
}

export function LoadNote({ model, events, eventsInRange, counted }: LoadNoteProps) {
  const { entries, whole, loading, problem, more } = events;
  if (problem)
    return (
      <p class="load-note field-problem" role="alert">
        {problem}{" "}
        <button type="button" class="button" onClick={more}>
          Try again
        </button>
      </p>
    );
  if (loading) return <p class="load-note muted">Loading events… {formatCount(entries.length)} so far</p>;
  const oldest = entries.at(-1)?.at;
  if (whole || (oldest === undefined && model.events.extent.value === "none")) return null;
  return (
    <p class="load-note muted">
      {formatCount(entries.length)} of {eventsInRange === null ? "the" : formatCount(eventsInRange)} events of this
      range are loaded{oldest === undefined ? "" : `, back to ${timeOf(oldest)}`}.
      {counted &&
        " The timeline counts all of them, and so do the time between events and the activity by hour; the accounts, the distributions and the list are of those that are loaded."}{" "}
      <button type="button" class="button" onClick={more}>
        Load older events
      </button>
    </p>
  );
}

function timeOf(at: number): string {
  return isFar(now.peek() - at) ? formatDate(at) : formatDayAndTime(at);
}
