// Times that are shown relative to now and keep themselves up to date; the tooltip is the exact time.
import { formatFullTime, formatOverdue, formatRelative } from "../domain/format";
import { now } from "../state/clock";

interface TimeProps {
  at: number | null | undefined;
}

// `31 min ago`, `in 42 s`, a date; `–` if there is no time.
export function RelativeTime({ at }: TimeProps) {
  return <Time at={at} text={(time) => formatRelative(time, now.value)} />;
}

// The time of the next action: `in 42 s`, then `due now`.
export function Countdown({ at }: TimeProps) {
  return <Time at={at} text={(time) => (time <= now.value ? "due now" : formatRelative(time, now.value))} />;
}

// The time at which an event is expected: `in 42 s`, then `overdue by 15 min`.
export function ExpectedTime({ at }: TimeProps) {
  const overdue = at != null && at < now.value;
  if (!overdue) return <RelativeTime at={at} />;
  return (
    <span class="muted">
      <Time at={at} text={(time) => formatOverdue(time, now.value)} />
    </span>
  );
}

function Time({ at, text }: TimeProps & { text: (at: number) => string }) {
  if (at == null) return <span class="muted">–</span>;
  return (
    <time dateTime={new Date(at * 1000).toISOString()} title={formatFullTime(at)}>
      {text(at)}
    </time>
  );
}
