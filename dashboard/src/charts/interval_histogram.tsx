// Draws how often each length of time between two events of one type occurs, from seconds to days.
import { INTERVAL_LABELS, intervalDistribution } from "../domain/activity";
import { plural } from "../domain/format";
import { typeClass } from "../domain/type_colours";

const HEIGHT = 24;

export function IntervalHistogram({ intervals, type }: { intervals: number[]; type: string }) {
  if (intervals.length === 0) return <span class="muted">–</span>;
  const counts = intervalDistribution(intervals);
  const highest = Math.max(...counts);
  const commonest = counts.indexOf(highest);
  return (
    <svg
      class={`interval-histogram ${typeClass(type)}`}
      viewBox={`0 0 ${counts.length * 8} ${HEIGHT}`}
      role="img"
      aria-label={`${plural(intervals.length, "interval")}, most often ${INTERVAL_LABELS[commonest]}`}
    >
      {counts.map((count, index) => {
        const height = count === 0 ? 1 : Math.max(2, (count / highest) * HEIGHT);
        return (
          <rect
            key={index}
            class={count === 0 ? "empty" : "bar"}
            x={index * 8 + 0.5}
            width="7"
            y={HEIGHT - height}
            height={height}
            rx="1"
          >
            <title>{`${INTERVAL_LABELS[index]}: ${plural(count, "interval")}`}</title>
          </rect>
        );
      })}
    </svg>
  );
}
