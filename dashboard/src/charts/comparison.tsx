// Draws several lines over the same parts of time, as steps. A line stops where nothing is known; a ring marks a value that is a least one.
import { useEffect, useRef, useState } from "preact/hooks";
import type uPlot from "uplot";

import { formatDayAndTime, formatDuration } from "../domain/format";
import { lineLook } from "../domain/line_looks";
import type { Span } from "../domain/range";
import { LineSample } from "../parts/line_sample";
import { coloursChanged } from "../state/theme";
import { besidePointer, CURSOR, colour, pointerOf, timeAxis, usePlot, useWidth, valueAxis, zoomBy } from "./plot_parts";

export interface DrawnLine {
  name: string;
  values: (number | null)[]; // of each part; null where not known
  least: (number | null)[]; // where only a least value is known
}

interface ComparisonChartProps {
  parts: Span[];
  lines: DrawnLine[];
  label: string; // for a screen reader
  format: (value: number) => string;
  focused: number | null; // the line that stands out
  now: number;
  onZoom: (view: Span) => void;
  onReset: () => void;
}

interface Hover {
  index: number;
  left: number;
}

const HEIGHT = 340;
const LINE_WIDTH = 2;
const RING = 7; // pixels
const PALE = 0.2;

export function ComparisonChart(props: ComparisonChartProps) {
  const frame = useRef<HTMLDivElement>(null);
  const [hover, setHover] = useState<Hover | null>(null);
  const latest = useRef(props); // uPlot's callbacks live longer than one rendering
  latest.current = props;
  const width = useWidth(frame);
  const plot = usePlot(frame, {
    width,
    structure: String(props.lines.length),
    options: () => optionsOf(latest, width, setHover),
    data: () => dataOf(latest.current),
    changes: [props.parts, props.lines],
  });
  useEffect(() => {
    plot.current?.setSeries(props.focused === null ? null : 1 + 2 * props.focused, { focus: true });
  }, [props.focused, props.lines.length, coloursChanged.value, width]);

  return (
    <div class="timeline">
      <div
        ref={frame}
        class="timeline-frame comparison-frame"
        role="img"
        aria-label={props.label}
        onDblClick={props.onReset}
        onMouseLeave={() => setHover(null)}
      />
      {hover && props.parts[hover.index] && <Tooltip {...props} hover={hover} width={width} />}
    </div>
  );
}

function Tooltip({ parts, lines, format, hover, width }: ComparisonChartProps & { hover: Hover; width: number }) {
  const part = parts[hover.index]!;
  return (
    <div class="tooltip" style={besidePointer(hover.left, width)} aria-hidden="true">
      <p class="tooltip-title">
        {formatDayAndTime(part.from)} <span class="muted">({formatDuration(part.to - part.from)})</span>
      </p>
      {lines.map((line, index) => (
        <p key={line.name} class="tooltip-row">
          <LineSample index={index} /> <span class="tooltip-name">{line.name}</span>
          <b>{textOf(line, hover.index, format)}</b>
        </p>
      ))}
    </div>
  );
}

function textOf({ values, least }: DrawnLine, index: number, format: (value: number) => string): string {
  const [value, atLeast] = [values[index], least[index]];
  if (value != null) return format(value);
  return atLeast != null ? `≥ ${format(atLeast)}` : "not known";
}

// Two series for each line: its steps, and the rings. The last time is the end of the last part.
function dataOf({ parts, lines }: ComparisonChartProps): uPlot.AlignedData {
  const end = parts.at(-1)?.to ?? 1;
  return [
    [...parts.map((part) => part.from), end],
    ...lines.flatMap(({ values, least }) => [
      [...values, null],
      [...least, null],
    ]),
  ];
}

function optionsOf(
  latest: { current: ComparisonChartProps },
  width: number,
  setHover: (hover: Hover | null) => void,
): uPlot.Options {
  const spanOf = () => [latest.current.parts[0]?.from ?? 0, latest.current.parts.at(-1)?.to ?? 1] as uPlot.Range.MinMax;
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    cursor: CURSOR,
    focus: { alpha: PALE },
    scales: {
      x: { time: true, range: spanOf },
      y: { range: () => [0, highest(latest.current.lines) * 1.06] },
    },
    axes: [timeAxis(() => latest.current.now), valueAxis((value) => latest.current.format(value))],
    series: [{}, ...latest.current.lines.flatMap((_, index) => seriesOf(index))],
    hooks: {
      setCursor: [(chart) => setHover(hoverOf(chart, latest.current.parts))],
      setSelect: [zoomBy((span) => latest.current.onZoom(span))],
    },
  };
}

function seriesOf(index: number): uPlot.Series[] {
  const look = lineLook(index);
  const stroke = colour(look.colour);
  return [
    { stroke, width: LINE_WIDTH, dash: look.dash, points: { show: false }, paths: stepsPath },
    {
      stroke,
      paths: () => null,
      points: { show: true, size: RING, stroke, fill: colour("surface"), width: 1.5 },
    },
  ];
}

// Each known value from the beginning of its part to its end; neighbours are joined.
function stepsPath(chart: uPlot, series: number): uPlot.Series.Paths {
  const [times, values] = [chart.data[0], chart.data[series]!];
  const path = new Path2D();
  let joined = false;
  for (let index = 0; index + 1 < times.length; index++) {
    const value = values[index];
    if (value != null) {
      const y = Math.round(chart.valToPos(value, "y", true));
      const [left, right] = [times[index]!, times[index + 1]!].map((at) => Math.round(chart.valToPos(at, "x", true)));
      if (joined) path.lineTo(left!, y);
      else path.moveTo(left!, y);
      path.lineTo(right!, y);
    }
    joined = value != null;
  }
  return { stroke: path, fill: null, clip: null };
}

const LEAST_HIGHEST = 1;

function highest(lines: DrawnLine[]): number {
  let found = LEAST_HIGHEST;
  for (const { values, least } of lines)
    for (const row of [values, least]) for (const value of row) if (value !== null && value > found) found = value;
  return found;
}

function hoverOf(chart: uPlot, parts: Span[]): Hover | null {
  const pointer = pointerOf(chart);
  if (!pointer) return null;
  const index = parts.findIndex((part) => pointer.at >= part.from && pointer.at < part.to);
  return index < 0 ? null : { index, left: pointer.left };
}
