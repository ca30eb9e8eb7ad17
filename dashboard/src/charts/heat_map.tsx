// Draws how many events come in each hour of the week. It is a table, so that a screen reader can read it.
import type { HourOfWeek } from "../domain/activity";
import { formatRate, plural } from "../domain/format";

const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const LEVELS = 5;

export function HeatMap({ cells, zone }: { cells: HourOfWeek[][]; zone: string }) {
  const busiest = Math.max(...cells.flat().map((cell) => cell.perHour ?? 0));
  const unknown = cells.flat().some((cell) => cell.perHour === null);
  return (
    <div class="heat-map">
      <table>
        <caption class="visually-hidden">
          Events per hour by day of the week and hour of the day, time zone {zone}
        </caption>
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
            <tr key={DAYS[index]}>
              <th scope="row">{DAYS[index]}</th>
              {day.map((cell, hour) => (
                <Cell
                  key={hour}
                  cell={cell}
                  name={`${DAYS[index]} ${String(hour).padStart(2, "0")}:00`}
                  busiest={busiest}
                />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <p class="heat-legend">
        {unknown && (
          <>
            <i class="heat-unknown" />
            <span class="heat-legend-unknown">not watched in this range</span>
          </>
        )}
        <span>0</span>
        {Array.from({ length: LEVELS + 1 }, (_, step) => (
          <i key={step} class={`heat-${step}`} />
        ))}
        <span>{formatRate(busiest)} events per hour</span>
      </p>
    </div>
  );
}

function Cell({ cell, name, busiest }: { cell: HourOfWeek; name: string; busiest: number }) {
  const { events, perHour } = cell;
  if (perHour === null)
    return (
      <td class="heat-unknown" title={`${name}: not watched in this range`}>
        <span class="visually-hidden">not watched in this range</span>
      </td>
    );
  const level = perHour === 0 ? 0 : Math.ceil(Math.sqrt(perHour / busiest) * LEVELS);
  return (
    <td
      class={`heat-${level}`}
      title={`${name}: ${formatRate(perHour)} events per hour (${plural(events, "event")} in all)`}
    >
      <span class="visually-hidden">{formatRate(perHour)}</span>
    </td>
  );
}
