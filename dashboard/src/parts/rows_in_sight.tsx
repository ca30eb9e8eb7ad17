// For tables of thousands of rows, of which only those in sight are drawn: such a table has the classes `table-window` around it and
// `dense`.
import { useEffect, useRef, useState } from "preact/hooks";

const ROW_HEIGHT = 34; // px; as in the style sheet
const BEYOND = 6; // rows that are drawn above and below those in sight

// Which rows of `count` are in sight or nearly, `last` not among them.
export function useRowsInSight(
  frame: { current: HTMLDivElement | null },
  count: number,
): { first: number; last: number } {
  const [sight, setSight] = useState({ top: 0, height: 900 });
  useEffect(() => {
    const element = frame.current!;
    const look = () => setSight({ top: element.scrollTop, height: element.clientHeight });
    look();
    element.addEventListener("scroll", look, { passive: true });
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => {
      element.removeEventListener("scroll", look);
      observer.disconnect();
    };
  }, []);
  // A shorter list may end above the place to which the reader had scrolled.
  const first = Math.max(
    0,
    Math.min(Math.floor(sight.top / ROW_HEIGHT), count - Math.ceil(sight.height / ROW_HEIGHT)) - BEYOND,
  );
  return { first, last: Math.min(count, first + Math.ceil(sight.height / ROW_HEIGHT) + 2 * BEYOND) };
}

// Keys of the elements that draw the rows with these keys, for as many rows. A row that stays in sight keeps its element; one that comes
// takes over that of a row that has gone, which costs half as much as a new one. The element with the focus is not taken over: what a
// key press opens must not change under the reader's hands.
export function useElementKeys(frame: { current: HTMLElement | null }, rowKeys: string[]): number[] {
  const drawn = useRef(new Map<string, number>());
  const made = useRef(0);
  const wanted = new Set(rowKeys);
  const focused = frame.current && document.activeElement?.closest<HTMLElement>("[data-key]")?.dataset.key;
  const free = [...drawn.current].filter(([key]) => !wanted.has(key) && key !== focused).map(([, element]) => element);
  const taken = rowKeys.map((key) => drawn.current.get(key) ?? free.shift() ?? made.current++);
  drawn.current = new Map(rowKeys.map((key, index) => [key, taken[index]!]));
  return taken;
}

// Takes the room of rows that are not drawn.
export function Spacer({ rows }: { rows: number }) {
  if (rows === 0) return null;
  // biome-ignore lint/a11y/noAriaHiddenOnFocusable: an empty row cannot take the focus.
  return <tr class="spacer" aria-hidden="true" style={{ height: `${rows * ROW_HEIGHT}px` }} />;
}
