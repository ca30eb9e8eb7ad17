// The forecast of a repository, an hour an item.
import type { Forecast, ForecastHour } from "../api/types";
import { parse_time } from "./format";

export interface HourSpan extends Omit<ForecastHour, "from"> {
  from: number;
}

// What cannot be read is left out.
export function forecast_hours(forecast: Forecast): HourSpan[] {
  return (forecast.hours ?? []).flatMap((hour) => {
    const from = parse_time(hour.from);
    const readable = from !== null && [hour.expected, hour.low, hour.high].every(Number.isFinite);
    return readable ? [{ ...hour, from }] : [];
  });
}
