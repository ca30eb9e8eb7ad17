// The labels of a time axis, in the reader's time zone.
import { DAY, formatDate, formatDay, formatTime, formatTimeWithSeconds, formatYear, MINUTE } from "./format";

const YEAR_STEP = 360 * DAY; // a step of a year is 365 days at least

// `splits`: the times of the labels; `step`: seconds between two of them. The first label of each day names the day, and the first of
// each year the year, unless all are of the year of `now`.
export function axisLabels(splits: number[], step: number, now: number): string[] {
  if (step >= YEAR_STEP) return splits.map(formatYear);
  const nameYears = splits.some((at) => formatYear(at) !== formatYear(now));
  let [dayBefore, yearBefore] = ["", ""];
  return splits.map((at) => {
    const [day, year] = [formatDate(at), formatYear(at)];
    const [newDay, newYear] = [day !== dayBefore, year !== yearBefore];
    [dayBefore, yearBefore] = [day, year];
    if (step >= DAY) return nameYears && newYear ? `${formatDay(at)}\n${year}` : formatDay(at);
    const time = step < MINUTE ? formatTimeWithSeconds(at) : formatTime(at);
    if (!newDay) return time;
    return `${time}\n${nameYears && newYear ? day : formatDay(at)}`;
  });
}
