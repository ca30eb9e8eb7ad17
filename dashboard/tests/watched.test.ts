import { expect, it } from "vitest";

import { unwatchedSpans, watchedSpans } from "../src/domain/watched";

const span = (from: number, to: number) => ({ from, to });

it("nothing is known before the first event and after the last look", () => {
  expect(unwatchedSpans({ from: 30, until: 80 }, span(0, 100))).toEqual([span(0, 30), span(80, 100)]);
  expect(unwatchedSpans({ from: 0, until: 100 }, span(10, 100))).toEqual([]);
  expect(unwatchedSpans({ from: null, until: 100 }, span(10, 100))).toEqual([]);
  expect(unwatchedSpans({ from: 200, until: 300 }, span(10, 100))).toEqual([span(10, 100)]);
});

it("what was watched and what was not make up the whole, for every choice of gaps", () => {
  const second = (spans: { from: number; to: number }[]) => {
    const inside = new Array<boolean>(12).fill(false);
    for (const { from, to } of spans) inside.fill(true, Math.max(0, from), Math.max(0, to));
    return inside;
  };
  const gaps = Array.from({ length: 13 }, (_, from) =>
    Array.from({ length: 13 - from }, (__, length) => span(from, from + length)),
  ).flat();
  for (const first of gaps)
    for (const other of gaps) {
      const watched = watchedSpans(span(2, 10), [first, other]);
      const missing = second([first, other]);
      const expected = missing.map((gap, at) => !gap && at >= 2 && at < 10);
      expect(second(watched), JSON.stringify([first, other])).toEqual(expected);
      for (const [index, each] of watched.entries())
        expect(each.from).toBeGreaterThanOrEqual(watched[index - 1]?.to ?? 0);
    }
});
