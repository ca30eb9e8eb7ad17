// Draws how many events come in each hour of the week. It is a table, so that a screen reader can read it.
import { type HourOfWeek } from "../domain/activity";
import { format_rate, plural } from "../domain/format";

const kDays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const kLevels = 5;

export function HeatMap({ cells, zone }: { cells: HourOfWeek[][]; zone: string }) {
  const busiest = Math.max(...cells.flat().map((cell) => cell.per_hour), 0);
  const level = (per_hour: number) => (per_hour === 0 ? 0 : Math.ceil((Math.sqrt(per_hour / busiest)) * kLevels));
  return (
    <div class="heat-map">
      <table>
        <caption class="visually-hidden">Events per hour by day of the week and hour of the day, time zone {zone}</caption>
        <thead>
          <tr>
            <td />
            {Array.from({ length: 24 }, (_, hour) => (
              <th key={hour} scope="col">
                <span class={hour % 3 === 0 ? "" : "visually-hidden"}>{String(hour).padStart(2, "0")}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {cells.map((day, index) => (
            <tr key={kDays[index]}>
              <th scope="row">{kDays[index]}</th>
              {day.map((cell, hour) => (
                <td
                  key={hour}
                  class={`heat-${level(cell.per_hour)}`}
                  title={`${kDays[index]} ${String(hour).padStart(2, "0")}:00: ${format_rate(cell.per_hour)} events per hour (${plural(cell.events, "event")} in all)`}
                >
                  <span class="visually-hidden">{format_rate(cell.per_hour)}</span>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <p class="heat-legend">
        <span>0</span>
        {Array.from({ length: kLevels + 1 }, (_, step) => (
          <i key={step} class={`heat-${step}`} />
        ))}
        <span>{format_rate(busiest)} events per hour</span>
      </p>
    </div>
  );
}
