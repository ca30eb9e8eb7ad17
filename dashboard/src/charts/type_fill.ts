// What the bars of an event type are filled with: its colour, and its mark as a pattern.
import { type Mark, typeLook } from "../domain/type_colours";
import { colour } from "./plot_parts";

const TILE = 6; // pixels of the page; a pattern repeats after as many

export function typeFill(type: string): string | CanvasPattern {
  const { slot, mark } = typeLook(type);
  const own = colour(`type-${slot}`);
  return mark === "plain" ? own : patternOf(mark, own, colour("surface"));
}

function patternOf(mark: Exclude<Mark, "plain">, own: string, ground: string): CanvasPattern {
  const size = Math.round(TILE * devicePixelRatio);
  const tile = document.createElement("canvas");
  tile.width = tile.height = size;
  const ctx = tile.getContext("2d")!;
  ctx.fillStyle = mark === "striped" ? ground : own;
  ctx.fillRect(0, 0, size, size);
  if (mark === "striped") {
    ctx.strokeStyle = own;
    ctx.lineWidth = size / 2.6;
    ctx.beginPath();
    // Three lines, so that the corners of the tile fit to its neighbours.
    for (const x of [-size, 0, size]) {
      ctx.moveTo(x - size / 2, size * 1.5);
      ctx.lineTo(x + size * 1.5, -size / 2);
    }
    ctx.stroke();
  } else {
    ctx.fillStyle = ground;
    ctx.beginPath();
    ctx.arc(size / 2, size / 2, size / 5, 0, 2 * Math.PI);
    ctx.fill();
  }
  return ctx.createPattern(tile, "repeat")!;
}
