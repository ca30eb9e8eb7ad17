// What the charts that uPlot draws have in common: colours of the theme, axes, zoom by dragging, drawing on the canvas.
import { useEffect, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";

import type { Span } from "../domain/range";
import { axisLabels } from "../domain/time_axis";
import { coloursChanged } from "../state/theme";

// The colour that a variable of the style sheet has in the present theme.
export function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

// The width of an element in pixels; 0 until it is known.
export function useWidth(element: { current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry!.contentRect.width)));
    observer.observe(element.current!);
    return () => observer.disconnect();
  }, []);
  return width;
}

interface PlotInput {
  width: number;
  structure: string; // the chart is made anew when this changes, or the width, or the theme
  options: () => uPlot.Options;
  data: () => uPlot.AlignedData;
  changes: unknown[]; // the data are set when one of these changes
}

// Keeps a chart in an element.
export function usePlot(
  frame: { current: HTMLElement | null },
  { width, structure, options, data, changes }: PlotInput,
): { current: uPlot | null } {
  const plot = useRef<uPlot | null>(null);
  useEffect(() => {
    if (width === 0) return;
    const chart = new uPlot(options(), data(), frame.current!);
    plot.current = chart;
    return () => {
      chart.destroy();
      plot.current = null;
    };
  }, [structure, coloursChanged.value, width]);
  useEffect(() => plot.current?.setData(data()), changes);
  return plot;
}

function axis(): uPlot.Axis {
  return {
    stroke: colour("text-muted"),
    font: "11px 'Inter Variable', system-ui, sans-serif",
    grid: { stroke: colour("chart-grid"), width: 1 },
    ticks: { show: false },
  };
}

export function timeAxis(now: () => number): uPlot.Axis {
  return { ...axis(), space: 70, values: (_, splits, __, ___, step) => axisLabels(splits, step, now()) };
}

export function valueAxis(label: (value: number) => string): uPlot.Axis {
  return { ...axis(), size: 44, space: 36, values: (_, splits) => splits.map(label) };
}

export const CURSOR: uPlot.Cursor = {
  y: false,
  points: { show: false },
  drag: { x: true, y: false, setScale: false },
};

const LEAST_DRAG = 4; // pixels; less is a click

// A hook for `setSelect`: what is selected by dragging becomes the range.
export function zoomBy(onZoom: (span: Span) => void): (chart: uPlot) => void {
  return (chart) => {
    if (chart.select.width < LEAST_DRAG) return;
    const from = chart.posToVal(chart.select.left, "x");
    const to = chart.posToVal(chart.select.left + chart.select.width, "x");
    chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    onZoom({ from, to });
  };
}

// The place of the pointer: its time, and pixels from the left edge of the chart. null if it is not over the chart.
export function pointerOf(chart: uPlot): { at: number; left: number } | null {
  const left = chart.cursor.left ?? -1;
  return left < 0 ? null : { at: chart.posToVal(left, "x"), left: left + chart.over.offsetLeft };
}

// Where a tooltip stands: beside the pointer, on the side that has more room.
export function besidePointer(left: number, width: number): { left: string } | { right: string } {
  return left > width / 2 ? { right: `${width - left + 14}px` } : { left: `${left + 14}px` };
}

// Draws inside the plot only, and leaves the canvas as it was.
export function drawInside({ ctx, bbox }: uPlot, draw: (ctx: CanvasRenderingContext2D) => void): void {
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  draw(ctx);
  ctx.restore();
}

// Hatches stretches of time over the whole height. `name`: the variables NAME-fill and NAME-line are the colours.
export function drawSpans(chart: uPlot, spans: Span[], name: string): void {
  const { bbox } = chart;
  const [begin, end] = [bbox.left, bbox.left + bbox.width];
  drawInside(chart, (ctx) => {
    for (const span of spans) {
      const left = chart.valToPos(span.from, "x", true);
      const right = Math.max(left + 2 * devicePixelRatio, chart.valToPos(span.to, "x", true));
      if (right < begin || left > end) continue;
      const box = { left: Math.max(left, begin), right: Math.min(right, end) };
      hatch(ctx, { ...box, top: bbox.top, bottom: bbox.top + bbox.height }, name);
    }
  });
}

interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

function hatch(ctx: CanvasRenderingContext2D, { left, right, top, bottom }: Box, name: string): void {
  const height = bottom - top;
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, top, right - left, height);
  ctx.clip();
  ctx.fillStyle = colour(`${name}-fill`);
  ctx.fillRect(left, top, right - left, height);
  ctx.strokeStyle = colour(`${name}-line`);
  ctx.lineWidth = devicePixelRatio;
  ctx.beginPath();
  for (let x = left - height; x < right; x += 7 * devicePixelRatio) {
    ctx.moveTo(x, bottom);
    ctx.lineTo(x + height, top);
  }
  ctx.stroke();
  ctx.restore();
}

// A dashed line at the present.
export function drawNow(chart: uPlot, now: number): void {
  const { bbox } = chart;
  const x = Math.round(chart.valToPos(now, "x", true));
  drawInside(chart, (ctx) => {
    ctx.strokeStyle = colour("text-muted");
    ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
    ctx.lineWidth = devicePixelRatio;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
  });
}
