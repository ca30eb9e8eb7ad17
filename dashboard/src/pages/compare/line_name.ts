// Names the lines of a comparison.
import type { Line } from "../../domain/comparison";
import { typeLabel } from "../../domain/format";

export function lineName({ repository, type }: Line): string {
  return type === null ? repository : `${repository}: ${typeLabel(type)}`;
}

export function lineKey({ repository, type }: Line): string {
  return `${repository} ${type}`;
}
