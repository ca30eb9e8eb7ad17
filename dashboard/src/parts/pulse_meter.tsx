// The time since the last event against what is usual.
import { type Mood, mood } from "../domain/activity";
import { format_duration, spell_duration } from "../domain/format";
import { now } from "../state/clock";

const kMoodWords: Record<Mood, string> = { lively: "just active", usual: "as usual", quiet: "quieter than usual", silent: "unusually silent" };
const kScale = 8;  // usual gaps at the right end

export function PulseMeter({ last_event_at, usual_gap }: { last_event_at: number | null; usual_gap: number | null }) {
  if (last_event_at === null) return <p class="pulse-words muted">No event stored yet.</p>;
  const silence = Math.max(0, now.value - last_event_at);
  if (usual_gap === null) return <p class="pulse-words">{format_duration(silence)} since the last event</p>;
  const state = mood(silence, usual_gap);
  // A square root leaves room for the short silences, where most of the time is spent.
  const place = (gaps: number) => Math.min(1, Math.sqrt(gaps / kScale)) * 100;
  return (
    <div class={`pulse-meter mood-${state}`}>
      <p class="pulse-words">
        <strong>{format_duration(silence)}</strong> since the last event
        <span class="muted"> · usually {format_duration(usual_gap)}</span>
      </p>
      <svg
        viewBox="0 0 100 4"
        preserveAspectRatio="none"
        role="img"
        aria-label={`${spell_duration(silence)} since the last event, usually ${spell_duration(usual_gap)}: ${kMoodWords[state]}`}
      >
        <rect class="track" width="100" height="4" />
        <rect class="level" width={place(silence / Math.max(usual_gap, 1))} height="4" />
        <rect class="tick" x={place(1) - 0.3} width="0.6" height="4" />
      </svg>
    </div>
  );
}
