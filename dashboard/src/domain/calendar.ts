// The parts into which the server counts events, in the reader's time zone: hours, days from midnight on, weeks from Monday on.
import { DAY, HOUR } from "./format";

export type By = "hour" | "day" | "week";

// The usual length in seconds; where clocks are set, a day or a week is an hour shorter or longer.
export const PART_SECONDS: Record<By, number> = { hour: HOUR, day: DAY, week: 7 * DAY };

// Where the part that contains a time begins.
export function beginOf(by: By, at: number): number {
  const date = new Date(at * 1000);
  if (by === "hour") date.setMinutes(0, 0, 0);
  else date.setHours(0, 0, 0, 0);
  if (by === "week") date.setDate(date.getDate() - ((date.getDay() + 6) % 7));
  return date.getTime() / 1000;
}

// Where it ends, which is where the next one begins; a time at which a part begins is its own end.
export function endOf(by: By, at: number): number {
  const begin = beginOf(by, at);
  if (begin === at) return at;
  const date = new Date(begin * 1000);
  if (by === "hour") date.setHours(date.getHours() + 1);
  else date.setDate(date.getDate() + (by === "day" ? 1 : 7));
  return date.getTime() / 1000;
}
