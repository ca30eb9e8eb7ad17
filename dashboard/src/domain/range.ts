// The time range of a repository's timeline, as the address holds it: a preset, or two times in seconds since 1970.

export type Preset = "window" | "day" | "week" | "month" | "all";

export interface Span {
  from: number;
  to: number;
}

const PRESETS: readonly string[] = ["window", "day", "week", "month", "all"] satisfies Preset[];
const SHORTEST = 60; // s

// What is not valid is the window.
export function readRange(text: string | null): Preset | Span {
  if (text === null) return "window";
  if (PRESETS.includes(text)) return text as Preset;
  const [, from, to] = /^(\d{1,11})-(\d{1,11})$/.exec(text) ?? [];
  if (from === undefined || to === undefined || Number(to) - Number(from) < SHORTEST) return "window";
  return { from: Number(from), to: Number(to) };
}

// null: the window, which needs no option.
export function writeRange(range: Preset | Span): string | null {
  if (range === "window") return null;
  if (typeof range === "string") return range;
  const from = Math.max(0, Math.floor(range.from));
  return `${from}-${Math.max(from + SHORTEST, Math.ceil(range.to))}`;
}

export const isSpan = (range: Preset | Span): range is Span => typeof range !== "string";

// The same middle, and `factor` times as long. It ends at `latest` at most.
export function scaled({ from, to }: Span, factor: number, latest: number): Span {
  const [middle, half] = [(from + to) / 2, Math.max(SHORTEST, ((to - from) / 2) * factor)];
  return { from: middle - half, to: Math.min(middle + half, latest) };
}

// Later by a share of its length; earlier if that is negative.
export function shifted({ from, to }: Span, share: number): Span {
  const distance = (to - from) * share;
  return { from: from + distance, to: to + distance };
}
