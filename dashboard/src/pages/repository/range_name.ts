// Names the range of the page in the head of a panel.
import { formatDate, formatDayAndTime, isFar } from "../../domain/format";
import type { Span } from "../../domain/range";
import { now } from "../../state/clock";
import type { PageRange } from "./range";

const NAMES = {
  window: "the window",
  day: "the last 24 h",
  week: "the last 7 d",
  month: "the last 30 d",
  all: "all events",
};

export function rangeName({ choice, span }: PageRange): string {
  return typeof choice === "string" ? NAMES[choice] : spanName(span);
}

export function spanName({ from, to }: Span): string {
  const name = isFar(now.peek() - from) ? formatDate : formatDayAndTime;
  return name(from) === name(to)
    ? `${formatDayAndTime(from)} to ${formatDayAndTime(to)}`
    : `${name(from)} to ${name(to)}`;
}
