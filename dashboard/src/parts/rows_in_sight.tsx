// For tables of which only the rows in sight are drawn, so that thousands cost no more than fifty.
import { useEffect, useState } from "preact/hooks";

export const ROW_HEIGHT = 34; // px; as in the style sheet
const BEYOND = 6; // rows that are drawn above and below those in sight

// Which rows of a frame that scrolls are in sight or nearly.
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

// Takes the room of rows that are not drawn.
export function Spacer({ rows }: { rows: number }) {
  if (rows === 0) return null;
  // biome-ignore lint/a11y/noAriaHiddenOnFocusable: an empty row cannot take the focus.
  return <tr class="spacer" aria-hidden="true" style={{ height: `${rows * ROW_HEIGHT}px` }} />;
}
