// Draws the events of a repository in the last seven days, small enough for a card.
import { formatCount, formatDuration, plural } from "../domain/format";
import { BAR_WIDTH, type Bars } from "../domain/trend";

interface SparklineProps {
  bars: Bars;
  gaps: { from: number; to: number }[];
}

const HEIGHT = 40;

export function Sparkline({ bars: { from, counts, known }, gaps }: SparklineProps) {
  const size = counts.length;
  const highest = Math.max(...counts, 1);
  const end = from + size * BAR_WIDTH;
  const x = (at: number) => (Math.min(Math.max(at, from), end) - from) / BAR_WIDTH;
  const total = counts.reduce((sum, count) => sum + count, 0);
  const unknown = known.filter((each) => !each).length * BAR_WIDTH;
  const bars = counts
    .map((count, index) => {
      const height = count === 0 ? 0 : Math.max(1.5, (count / highest) * HEIGHT);
      return count === 0 ? "" : `M${index + 0.08} ${HEIGHT}v${-height}h.84v${height}z`;
    })
    .join("");
  const spans = stretches(known);
  return (
    <svg
      class="sparkline"
      viewBox={`0 0 ${size} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`${plural(total, "event")} in 7 days, at most ${formatCount(highest)} in ${formatDuration(BAR_WIDTH)}${unknown > 0 ? `; ${formatDuration(unknown)} are not known` : ""}`}
    >
      {spans.map(({ first, length }) => (
        <rect key={first} class="unknown" x={first} width={length} y={HEIGHT - 3} height={3}>
          <title>Not known: not watched, or not loaded</title>
        </rect>
      ))}
      {gaps
        .filter((gap) => gap.to > from && gap.from < end)
        .map((gap) => (
          <rect
            key={gap.from}
            class="gap"
            x={x(gap.from)}
            width={Math.max(0.3, x(gap.to) - x(gap.from))}
            height={HEIGHT}
          />
        ))}
      <path class="bars" d={bars} />
      <path class="baseline" d={`M0 ${HEIGHT}h${size}`} />
    </svg>
  );
}

// The stretches of bars that are not known.
function stretches(known: boolean[]): { first: number; length: number }[] {
  const found: { first: number; length: number }[] = [];
  known.forEach((each, index) => {
    const last = found.at(-1);
    if (each) return;
    if (last && last.first + last.length === index) last.length++;
    else found.push({ first: index, length: 1 });
  });
  return found;
}
