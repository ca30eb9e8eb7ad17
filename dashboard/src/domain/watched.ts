// Which stretches of time were watched, so that no chart shows hours without a watch as hours without events. Pure; times are seconds
// since 1970.
import type { Span } from "./range";

export interface Knowledge {
  from: number | null; // the first time of which something is known; null: not known yet
  until: number; // the last one
}

// The parts of a span of which nothing is known: before the first event that is known, and after the last look.
export function unwatchedSpans({ from, until }: Knowledge, span: Span): Span[] {
  const before = from === null ? [] : [{ from: span.from, to: Math.min(from, span.to) }];
  return [...before, { from: Math.max(until, span.from), to: span.to }].filter((each) => each.to > each.from);
}

// The parts of a span that were watched and in which no events are missing.
export function watchedSpans(span: Span, missing: Span[]): Span[] {
  const watched: Span[] = [];
  let from = span.from;
  for (const each of [...missing].sort((a, b) => a.from - b.from)) {
    if (each.from > from) watched.push({ from, to: Math.min(each.from, span.to) });
    from = Math.max(from, each.to);
    if (from >= span.to) break;
  }
  if (from < span.to) watched.push({ from, to: span.to });
  return watched.filter((each) => each.to > each.from);
}
