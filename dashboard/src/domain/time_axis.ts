// The labels of a time axis, in the reader's time zone.
import { format_date, format_day, format_time, format_time_with_seconds, format_year, kDay, kMinute } from "./format";

const kYearStep = 360 * kDay;  // a step of a year is 365 days at least

// `splits`: the times of the labels; `step`: seconds between two of them. The first label of each day names the day, and the first of
// each year the year, unless all are of the year of `now`.
export function axis_labels(splits: number[], step: number, now: number): string[] {
  if (step >= kYearStep) return splits.map(format_year);
  const name_years = splits.some((at) => format_year(at) !== format_year(now));
  let [day_before, year_before] = ["", ""];
  return splits.map((at) => {
    const [day, year] = [format_date(at), format_year(at)];
    const [new_day, new_year] = [day !== day_before, year !== year_before];
    [day_before, year_before] = [day, year];
    if (step >= kDay) return name_years && new_year ? `${format_day(at)}\n${year}` : format_day(at);
    const time = step < kMinute ? format_time_with_seconds(at) : format_time(at);
    if (!new_day) return time;
    return `${time}\n${name_years && new_year ? day : format_day(at)}`;
  });
}
