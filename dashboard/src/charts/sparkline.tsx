// Draws the events of a repository over time, small enough for a card.
import { type Point, bin_points } from "../domain/activity";
import { format_count, format_duration, plural } from "../domain/format";

interface SparklineProps {
  points: Point[];
  from: number;
  to: number;
  gaps: { from: number; to: number }[];
}

const kHeight = 40;
const kBins = 90;

export function Sparkline({ points, from, to, gaps }: SparklineProps) {
  const bins = bin_points(points, from, to, kBins);
  const highest = Math.max(...bins.totals, 1);
  const end = bins.from + bins.totals.length * bins.width;
  const x = (at: number) => ((Math.min(Math.max(at, bins.from), end) - bins.from) / (end - bins.from)) * bins.totals.length;
  const total = bins.totals.reduce((sum, count) => sum + count, 0);
  const bars = bins.totals
    .map((count, index) => {
      const height = count === 0 ? 0 : Math.max(1.5, (count / highest) * kHeight);
      return count === 0 ? "" : `M${index + 0.08} ${kHeight}v${-height}h.84v${height}z`;
    })
    .join("");
  return (
    <svg
      class="sparkline"
      viewBox={`0 0 ${bins.totals.length} ${kHeight}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`${plural(total, "event")} in ${format_duration(to - from)}, at most ${format_count(highest)} in ${format_duration(bins.width)}`}
    >
      {gaps
        .filter((gap) => gap.to > bins.from && gap.from < end)
        .map((gap) => (
          <rect key={gap.from} class="gap" x={x(gap.from)} width={Math.max(0.3, x(gap.to) - x(gap.from))} height={kHeight} />
        ))}
      <path class="bars" d={bars} />
      <path class="baseline" d={`M0 ${kHeight}h${bins.totals.length}`} />
    </svg>
  );
}
