// How long the gaps between events of one type are, from seconds to days.
import { gap_distribution, kGapLabels } from "../domain/activity";
import { plural } from "../domain/format";

const kHeight = 24;

export function GapHistogram({ gaps, slot }: { gaps: number[]; slot: string }) {
  if (gaps.length === 0) return <span class="muted">–</span>;
  const counts = gap_distribution(gaps);
  const highest = Math.max(...counts);
  const commonest = counts.indexOf(highest);
  return (
    <svg
      class={`gap-histogram type-${slot}`}
      viewBox={`0 0 ${counts.length * 8} ${kHeight}`}
      role="img"
      aria-label={`${plural(gaps.length, "gap")}, most often ${kGapLabels[commonest]}`}
    >
      {counts.map((count, index) => {
        const height = count === 0 ? 1 : Math.max(2, (count / highest) * kHeight);
        return (
          <rect key={index} class={count === 0 ? "empty" : "bar"} x={index * 8 + 0.5} width="7" y={kHeight - height} height={height} rx="1">
            <title>{`${kGapLabels[index]}: ${plural(count, "gap")}`}</title>
          </rect>
        );
      })}
    </svg>
  );
}
