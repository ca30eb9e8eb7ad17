// Times that count on by themselves.
import { format_instant, format_relative } from "../domain/format";
import { now } from "../state/clock";

export function RelativeTime({ at }: { at: number | null | undefined }) {
  if (at == null) return <span class="muted">–</span>;
  return (
    <time dateTime={new Date(at * 1000).toISOString()} title={format_instant(at)}>
      {format_relative(at, now.value)}
    </time>
  );
}

// A time to come: `in 42 s`, then `due` rather than a time in the past.
export function Countdown({ at }: { at: number | null | undefined }) {
  if (at == null) return <span class="muted">–</span>;
  return (
    <time dateTime={new Date(at * 1000).toISOString()} title={format_instant(at)}>
      {at <= now.value ? "due now" : format_relative(at, now.value)}
    </time>
  );
}
