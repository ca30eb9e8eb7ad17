// A piece of a line of a comparison: its colour and its dashes, for legends, tooltips and tables. Decoration: a name stands beside it.
import { lineLook } from "../domain/line_looks";

export function LineSample({ index }: { index: number }) {
  const { colour, dash } = lineLook(index);
  return (
    <svg class="line-sample" viewBox="0 0 26 8" aria-hidden="true" focusable="false">
      <path d="M1 4h24" style={{ stroke: `var(--${colour})` }} stroke-dasharray={dash.join(" ") || undefined} />
    </svg>
  );
}
