// Compares the time since the last event with the usual time between events, in words and as a bar.
import { type Silence, silence_level } from "../domain/activity";
import { format_date, format_duration, is_far, spell_duration } from "../domain/format";
import { now } from "../state/clock";
import { hub } from "../state/hub";

const kSilenceTexts: Record<Silence | "unknown", string> = {
  unknown: "not known while the server is away", short: "shorter than usual", usual: "as usual", long: "longer than usual", "very-long": "much longer than usual",
};
const kScale = 8;  // usual intervals at the right end

interface PulseMeterProps {
  last_event_at: number | null;
  usual_interval: number | null;
  few: boolean;  // there are too few events to say what is usual
}

export function PulseMeter({ last_event_at, usual_interval, few }: PulseMeterProps) {
  if (last_event_at === null) return <p class="pulse-words muted">No events stored yet.</p>;
  const silence = Math.max(0, now.value - last_event_at);
  if (usual_interval === null)
    return (
      <p class="pulse-words">
        <LastEvent at={last_event_at} silence={silence} />
        {few && <span class="muted"> · too few events to say what is usual</span>}
      </p>
    );
  // While the server is away, nobody knows how long the silence is.
  const away = hub.value?.connection.value === "offline";
  const level = away ? "unknown" : silence_level(silence, usual_interval);
  // A square root leaves room for the short silences, which are the most frequent.
  const place = (intervals: number) => Math.min(1, Math.sqrt(intervals / kScale)) * 100;
  return (
    <div class={`pulse-meter silence-${level}`}>
      <p class="pulse-words">
        <LastEvent at={last_event_at} silence={silence} away={away} />
        <span class="muted"> · usually every {format_duration(usual_interval)}</span>
      </p>
      <svg
        viewBox="0 0 100 4"
        preserveAspectRatio="none"
        role="img"
        aria-label={`${spell_duration(silence)} since the last event, usually ${spell_duration(usual_interval)}: ${kSilenceTexts[level]}`}
      >
        <rect class="track" width="100" height="4" />
        <rect class="level" width={place(silence / Math.max(usual_interval, 1))} height="4" />
        <rect class="tick" x={place(1) - 0.3} width="0.6" height="4" />
      </svg>
    </div>
  );
}

function LastEvent({ at, silence, away = false }: { at: number; silence: number; away?: boolean }) {
  const event = away ? "last known event" : "last event";
  if (is_far(silence)) return <>{event} on <strong>{format_date(at)}</strong></>;
  return <><strong>{format_duration(silence)}</strong> since the {event}</>;
}
