// The colours and dashes of the lines of a comparison. Neighbours differ in both, and no two are the same in both.
export const MOST_LINES = 12;

export interface LineLook {
  colour: string; // a variable of the style sheet
  dash: number[]; // lengths of strokes and spaces in pixels; none: a whole line
}

const COLOURS = 6;
const DASHES = [[], [7, 4], [2, 3], [10, 3, 2, 3]];

export function lineLook(index: number): LineLook {
  return { colour: `series-${(index % COLOURS) + 1}`, dash: DASHES[index % DASHES.length]! };
}
