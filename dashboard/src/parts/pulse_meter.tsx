// Compares the time since the last event with the usual time between events, in words and as a bar.
import { type Silence, silenceLevel } from "../domain/activity";
import { formatDate, formatDuration, isFar, spellDuration } from "../domain/format";
import { now } from "../state/clock";
import { hub } from "../state/hub";

const SILENCE_TEXTS: Record<Silence | "unknown", string> = {
  unknown: "not known while the server is away",
  short: "shorter than usual",
  usual: "as usual",
  long: "longer than usual",
  "very-long": "much longer than usual",
};
const SCALE = 8; // usual intervals at the right end

interface PulseMeterProps {
  lastEventAt: number | null;
  usualInterval: number | null;
  few: boolean; // there are too few events to say what is usual
}

export function PulseMeter({ lastEventAt, usualInterval, few }: PulseMeterProps) {
  if (lastEventAt === null) return <p class="pulse-words muted">No events stored yet.</p>;
  const silence = Math.max(0, now.value - lastEventAt);
  if (usualInterval === null)
    return (
      <p class="pulse-words">
        <LastEvent at={lastEventAt} silence={silence} />
        {few && <span class="muted"> · too few events to say what is usual</span>}
      </p>
    );
  // While the server is away, nobody knows how long the silence is.
  const away = hub.value?.connection.value === "offline";
  const level = away ? "unknown" : silenceLevel(silence, usualInterval);
  // A square root leaves room for the short silences, which are the most frequent.
  const place = (intervals: number) => Math.min(1, Math.sqrt(intervals / SCALE)) * 100;
  return (
    <div class={`pulse-meter silence-${level}`}>
      <p class="pulse-words">
        <LastEvent at={lastEventAt} silence={silence} away={away} />
        <span class="muted"> · usually every {formatDuration(usualInterval)}</span>
      </p>
      <svg
        viewBox="0 0 100 4"
        preserveAspectRatio="none"
        role="img"
        aria-label={`${spellDuration(silence)} since the last event, usually ${spellDuration(usualInterval)}: ${SILENCE_TEXTS[level]}`}
      >
        <rect class="track" width="100" height="4" />
        <rect class="level" width={place(silence / Math.max(usualInterval, 1))} height="4" />
        <rect class="tick" x={place(1) - 0.3} width="0.6" height="4" />
      </svg>
    </div>
  );
}

function LastEvent({ at, silence, away = false }: { at: number; silence: number; away?: boolean }) {
  const event = away ? "last known event" : "last event";
  if (isFar(silence))
    return (
      <>
        {event} on <strong>{formatDate(at)}</strong>
      </>
    );
  return (
    <>
      <strong>{formatDuration(silence)}</strong> since the {event}
    </>
  );
}
