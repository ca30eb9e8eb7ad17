// Draws the events of a repository over time, stacked by type, with the gaps in which events may be missing and the forecast.
import { useMemo, useRef, useState } from "preact/hooks";
import uPlot from "uplot";

import { type Bins, binPoints, type Point } from "../domain/activity";
import { type Band, forecastBands, type HourSpan } from "../domain/forecast";
import {
  DAY,
  formatCount,
  formatDate,
  formatDayAndTime,
  formatDuration,
  formatRate,
  plural,
  typeLabel,
} from "../domain/format";
import type { Span } from "../domain/range";
import { typeClass } from "../domain/type_colours";
import {
  besidePointer,
  CURSOR,
  colour,
  drawInside,
  drawNow,
  drawSpans,
  pointerOf,
  timeAxis,
  usePlot,
  useWidth,
  valueAxis,
  zoomBy,
} from "./plot_parts";
import { typeFill } from "./type_fill";

interface TimelineProps {
  points: Point[];
  leastWidth: number; // of a bar, in seconds
  view: Span;
  gaps: Span[]; // in which events may be missing
  unwatched: Span[]; // of which nothing is known
  forecast: HourSpan[];
  now: number;
  onZoom: (view: Span) => void;
  onReset: () => void;
}

interface Hover {
  index: number;
  left: number;
}

const PIXELS_A_BAR = 9;
const HEIGHT = 260;
const LONG_SPAN = 60 * DAY; // named by dates alone

export function Timeline(props: TimelineProps) {
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const [hover, setHover] = useState<Hover | null>(null);
  const bins = binPoints(
    props.points,
    props.view.from,
    props.view.to,
    Math.max(24, Math.floor(width / PIXELS_A_BAR)),
    props.leastWidth,
  );
  // uPlot's callbacks live longer than one rendering; they read the current values here.
  const bands = useMemo(
    () => forecastBands(props.forecast, bins.from, bins.width, bins.totals.length),
    [props.forecast, bins.from, bins.width, bins.totals.length],
  );
  const latest = useRef({ props, bins, bands });
  latest.current = { props, bins, bands };
  usePlot(frame, {
    width,
    structure: bins.types.join(),
    options: () => optionsOf(latest, width, setHover),
    data: () => stacked(latest.current.bins),
    changes: [props.points, props.view.from, props.view.to, props.forecast, props.gaps, props.unwatched],
  });

  return (
    <div class="timeline">
      <div
        ref={frame}
        class="timeline-frame"
        role="img"
        aria-label={summary(bins, props.view)}
        onDblClick={props.onReset}
        onMouseLeave={() => setHover(null)}
      />
      {hover && <Tooltip bins={bins} hover={hover} width={width} bands={bands} />}
    </div>
  );
}

function summary(bins: Bins, view: Span): string {
  const total = bins.totals.reduce((sum, count) => sum + count, 0);
  const parts = bins.types
    .slice(0, 3)
    .map((type) => `${typeLabel(type)} ${formatCount(bins.counts.get(type)!.reduce((sum, count) => sum + count, 0))}`);
  const name = view.to - view.from > LONG_SPAN ? formatDate : formatDayAndTime;
  return `${plural(total, "event")} from ${name(view.from)} to ${name(view.to)}${parts.length ? `; most frequent: ${parts.join(", ")}` : ""}`;
}

function Tooltip({ bins, hover, width, bands }: { bins: Bins; hover: Hover; width: number; bands: Band[] }) {
  const from = bins.from + hover.index * bins.width;
  const rows = bins.types
    .map((type) => ({ type, count: bins.counts.get(type)![hover.index] ?? 0 }))
    .filter((row) => row.count > 0);
  const band = bands.find((each) => each.from < from + bins.width && each.to > from);
  return (
    <div class="tooltip" style={besidePointer(hover.left, width)} aria-hidden="true">
      <p class="tooltip-title">
        {formatDayAndTime(from)} <span class="muted">({formatDuration(bins.width)})</span>
      </p>
      {rows.map(({ type, count }) => (
        <p key={type} class="tooltip-row">
          <span class={`dot ${typeClass(type)}`} /> {typeLabel(type)} <b>{formatCount(count)}</b>
        </p>
      ))}
      {rows.length === 0 && !band && <p class="muted">No events</p>}
      {band && (
        <p class="muted">
          Forecast: {formatRate(band.expected)} events ({formatCount(band.low)} to {formatCount(band.high)})
        </p>
      )}
    </div>
  );
}

// A stack: each series is the sum of its own type and of the more frequent types, and is drawn over the series before it.
function stacked(bins: Bins): uPlot.AlignedData {
  const times = bins.totals.map((_, index) => bins.from + index * bins.width);
  const rows: number[][] = [];
  let sum = new Array<number>(times.length).fill(0);
  for (const type of bins.types) {
    const row = bins.counts.get(type)!;
    sum = sum.map((value, index) => value + row[index]!);
    rows.unshift(sum);
  }
  return [times, ...rows];
}

interface Latest {
  current: { props: TimelineProps; bins: Bins; bands: Band[] };
}

function optionsOf(latest: Latest, width: number, setHover: (hover: Hover | null) => void): uPlot.Options {
  const types = [...latest.current.bins.types].reverse();
  const bars = uPlot.paths.bars!({ align: 1, size: [0.86, 40, 1], radius: 0 });
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    cursor: CURSOR,
    scales: {
      x: { time: true, range: () => [latest.current.props.view.from, latest.current.props.view.to] },
      y: { range: () => [0, Math.max(4, topOf(latest)) * 1.08] },
    },
    axes: [
      timeAxis(() => latest.current.props.now),
      valueAxis((value) => (Number.isInteger(value) ? formatCount(value) : "")),
    ],
    series: [{}, ...types.map((type) => ({ paths: bars, points: { show: false }, width: 0, fill: typeFill(type) }))],
    hooks: {
      drawClear: [
        (chart) => {
          drawSpans(chart, latest.current.props.unwatched, "unknown");
          drawSpans(chart, latest.current.props.gaps, "gap");
        },
      ],
      draw: [
        (chart) => {
          drawForecast(chart, latest.current.bands);
          drawNow(chart, latest.current.props.now);
        },
      ],
      setCursor: [(chart) => setHover(hoverOf(chart, latest.current.bins))],
      setSelect: [zoomBy((span) => latest.current.props.onZoom(span))],
    },
  };
}

// The highest bar or end of the forecast in view. uPlot knows only bars that begin in view; a wide one may begin before.
function topOf(latest: Latest): number {
  const { props, bins, bands } = latest.current;
  const visible = bands.filter((band) => band.from < props.view.to && band.to > props.view.from);
  return Math.max(0, ...bins.totals, ...visible.map((band) => band.high));
}

function hoverOf(chart: uPlot, bins: Bins): Hover | null {
  const pointer = pointerOf(chart);
  return pointer && { index: Math.floor((pointer.at - bins.from) / bins.width), left: pointer.left };
}

function drawForecast(chart: uPlot, bands: Band[]): void {
  if (bands.length === 0) return;
  const lineWidth = Math.round(1.5 * devicePixelRatio);
  // Moves the line onto whole pixels; between two pixels it would look pale.
  const crisp = (position: number) => Math.round(position) + (lineWidth % 2) / 2;
  const x = (at: number) => crisp(chart.valToPos(at, "x", true));
  const y = (events: number) => crisp(chart.valToPos(events, "y", true));
  drawInside(chart, (ctx) => {
    ctx.beginPath();
    for (const band of bands) stepTo(ctx, x(band.from), x(band.to), y(band.high));
    for (const band of [...bands].reverse()) stepTo(ctx, x(band.to), x(band.from), y(band.low));
    ctx.closePath();
    ctx.fillStyle = colour("forecast-fill");
    ctx.fill();
    ctx.beginPath();
    for (const band of bands) stepTo(ctx, x(band.from), x(band.to), y(band.expected));
    ctx.strokeStyle = colour("accent");
    ctx.lineWidth = lineWidth;
    ctx.stroke();
  });
}

function stepTo(ctx: CanvasRenderingContext2D, from: number, to: number, height: number): void {
  ctx.lineTo(from, height);
  ctx.lineTo(to, height);
}
