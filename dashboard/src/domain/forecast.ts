// Reads the forecast of a repository, one item for each hour, and turns it into what is expected in each bar of a chart.
import type { Forecast, ForecastHour } from "../api/types";
import { countQuantile, dispersionOf } from "./counts";
import { HOUR, parseTime } from "./format";

export interface HourSpan extends Omit<ForecastHour, "from"> {
  from: number;
}

// Leaves out hours that are not valid.
export function forecastHours(forecast: Forecast): HourSpan[] {
  return (forecast.hours ?? []).flatMap((hour) => {
    const from = parseTime(hour.from);
    const readable = from !== null && [hour.expected, hour.low, hour.high].every(Number.isFinite);
    return readable ? [{ ...hour, from }] : [];
  });
}

// The number of events expected in a bar, and its 90 % interval. `from` and `to` bound the part of the bar for which there is a
// forecast; the numbers are those of a bar that is forecast as a whole.
export interface Band {
  from: number;
  to: number;
  expected: number;
  low: number;
  high: number;
}

// An interval of an hour is not that of another time: counts of a shorter time vary more, as a share of what is expected, and those
// of a longer time less. What goes beyond chance (the dispersion minus 1) grows with the cube root of the time, because events come
// in bursts: measured over 22 recorded repositories from 5 min to 24 h, whose median exponents are 0.27 to 0.40.
const BURST_EXPONENT = 1 / 3;
const TAIL = 0.05;

// The bands of `count` bars of `width` seconds, the first at `start`, as far as there is a forecast. `hours`: oldest first.
export function forecastBands(hours: HourSpan[], start: number, width: number, count: number): Band[] {
  if (hours.length === 0) return [];
  const dispersion = 1 + (dispersionOf(hours) - 1) * (width / HOUR) ** BURST_EXPONENT;
  const bands: Band[] = [];
  for (let index = 0; index < count; index++) {
    const [begin, end] = [start + index * width, start + (index + 1) * width];
    const parts = hours
      .map((hour) => ({ hour, from: Math.max(hour.from, begin), to: Math.min(hour.from + HOUR, end) }))
      .filter(({ from, to }) => to > from);
    if (parts.length === 0) continue;
    const only = parts.length === 1 && width === HOUR ? parts[0]! : null;
    if (only && only.to - only.from === HOUR) {
      bands.push({ ...only.hour, to: only.to }); // the server's own numbers
      continue;
    }
    const covered = parts.reduce((sum, { from, to }) => sum + to - from, 0);
    const expected =
      (parts.reduce((sum, { hour, from, to }) => sum + (hour.expected * (to - from)) / HOUR, 0) * width) / covered;
    const [low, high] = [TAIL, 1 - TAIL].map((probability) => countQuantile(expected, dispersion, probability)) as [
      number,
      number,
    ];
    bands.push({ from: parts[0]!.from, to: parts.at(-1)!.to, expected, low, high });
  }
  return bands;
}
