// Reads the forecast of a repository: one item for each hour.
import type { Forecast, ForecastHour } from "../api/types";
import { parse_time } from "./format";

export interface HourSpan extends Omit<ForecastHour, "from"> {
  from: number;
}

// Leaves out hours that are not valid.
export function forecast_hours(forecast: Forecast): HourSpan[] {
  return (forecast.hours ?? []).flatMap((hour) => {
    const from = parse_time(hour.from);
    const readable = from !== null && [hour.expected, hour.low, hour.high].every(Number.isFinite);
    return readable ? [{ ...hour, from }] : [];
  });
}
