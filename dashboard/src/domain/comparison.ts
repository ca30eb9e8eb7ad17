// Reads the choices of a comparison from the address, and turns the histories of several repositories into lines over the same parts of
// time. Pure; times are seconds since 1970.
import type { History } from "../api/types";
import { type By, beginOf, endOf, PART_SECONDS } from "./calendar";
import { HOUR, parseTime } from "./format";
import { MOST_LINES } from "./line_looks";
import { type Preset, readRange, type Span } from "./range";

export const MOST_REPOSITORIES = 12;

export type Scale = "events" | "usual";

export interface Choices {
  repositories: string[]; // as in the address, each once
  types: string[]; // none: all
  split: boolean; // a line for each repository and type, else one for each repository
  range: Preset | Span;
  by: By | null; // null: as fits the range
  scale: Scale;
}

// Whatever is not valid is as if it were not there.
export function readChoices(options: URLSearchParams): Choices {
  const range = readRange(options.get("range"));
  const by = options.get("by");
  return {
    repositories: listed(options.get("repos")),
    types: listed(options.get("types")),
    split: options.get("lines") === "types",
    range: range === "window" ? "week" : range, // each repository has a window of its own
    by: by === "hour" || by === "day" || by === "week" ? by : null,
    scale: options.get("scale") === "usual" ? "usual" : "events",
  };
}

function listed(text: string | null): string[] {
  const found = new Map<string, string>();
  for (const item of (text ?? "").split(",").map((each) => each.trim()))
    if (item !== "" && !found.has(item.toLowerCase())) found.set(item.toLowerCase(), item);
  return [...found.values()];
}

const MOST_PARTS = 1_900; // the server counts 2,000 at most
const PARTS_TO_SEE = 400;

// Into which parts a span can be divided.
export function possible(by: By, { from, to }: Span): boolean {
  return (to - from) / PART_SECONDS[by] <= MOST_PARTS;
}

export function fitting(span: Span): By {
  const ways: By[] = ["hour", "day", "week"];
  return ways.find((by) => (span.to - span.from) / PART_SECONDS[by] <= PARTS_TO_SEE) ?? "week";
}

// What to ask the histories for: whole parts that cover the span.
export function partsOf(span: Span, wanted: By | null): Span & { by: By } {
  const by = wanted !== null && possible(wanted, span) ? wanted : fitting(span);
  const to = endOf(by, span.to);
  return { by, from: Math.max(beginOf(by, span.from), beginOf(by, to - MOST_PARTS * PART_SECONDS[by])), to };
}

export interface Line {
  repository: string;
  type: string | null; // null: all types that are chosen
  counts: number[];
  total: number;
  complete: boolean; // all parts that are over are known
  perHour: number | null; // over the parts that are known
}

export interface Comparison {
  parts: Span[];
  known: Map<string, boolean[]>; // by repository; false where events may be missing, or the part is not over
  types: string[]; // that occur, most frequent first
  chosen: string[]; // that count; none: all
  lines: Line[];
  left: number; // lines that are too many to be shown
}

// `histories`: of the same parts, in the order in which the repositories are shown.
export function compare(
  histories: { repository: string; history: History }[],
  { types: chosen, split }: Pick<Choices, "types" | "split">,
  now: number,
): Comparison {
  const valid = histories.filter(({ history }) => Array.isArray(history.buckets));
  const parts = readParts(valid[0]?.history);
  const counted = valid
    .filter(({ history }) => history.buckets.length === parts.length)
    .map(({ repository, history }) => ({ repository, counts: countsOf(history), known: knownOf(history) }));
  const frequency = new Map<string, number>();
  for (const { counts } of counted)
    for (const [type, row] of counts) frequency.set(type, (frequency.get(type) ?? 0) + sum(row));
  const types = [...frequency.keys()].sort((a, b) => frequency.get(b)! - frequency.get(a)! || a.localeCompare(b));
  const shown = chosen.length === 0 ? types : chosen;
  const groups: (string | null)[] = split ? [...shown].sort(byPlace(types)) : [null];
  const all = groups.flatMap((type) =>
    counted.map((each) => lineOf(each, type, type === null ? shown : [type], parts, now)),
  );
  return {
    parts,
    known: new Map(counted.map(({ repository, known }) => [repository, known])),
    types,
    chosen,
    lines: all.slice(0, MOST_LINES),
    left: Math.max(0, all.length - MOST_LINES),
  };
}

interface Counted {
  repository: string;
  counts: Map<string, number[]>;
  known: boolean[];
}

function readParts(history: History | undefined): Span[] {
  return (history?.buckets ?? []).map((bucket) => ({
    from: parseTime(bucket.from) ?? 0,
    to: parseTime(bucket.to) ?? 0,
  }));
}

function countsOf({ buckets }: History): Map<string, number[]> {
  const counts = new Map<string, number[]>();
  buckets.forEach((bucket, index) => {
    for (const { type, events } of bucket.types) {
      const name = String(type);
      if (!counts.has(name)) counts.set(name, new Array<number>(buckets.length).fill(0));
      counts.get(name)![index] = events;
    }
  });
  return counts;
}

function knownOf({ buckets }: History): boolean[] {
  return buckets.map((bucket) => bucket.complete);
}

function byPlace(order: string[]): (a: string, b: string) => number {
  const place = (type: string) => (order.includes(type) ? order.indexOf(type) : order.length);
  return (a, b) => place(a) - place(b);
}

function lineOf(
  { repository, counts, known }: Counted,
  type: string | null,
  types: string[],
  parts: Span[],
  now: number,
): Line {
  const row = parts.map((_, index) => sum(types.map((each) => counts.get(each)?.[index] ?? 0)));
  const seconds = sum(parts.map(({ from, to }, index) => (known[index] ? to - from : 0)));
  const events = sum(row.filter((_, index) => known[index]));
  const complete = parts.every(({ to }, index) => known[index] || to > now);
  return {
    repository,
    type,
    counts: row,
    total: sum(row),
    complete,
    perHour: seconds > 0 ? (events * HOUR) / seconds : null,
  };
}

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);

// What a chart shows of a line: its value in each part that is known. Of a part that is not, the events that were seen are a least value.
export function valuesOf(
  line: Line,
  { parts, known }: Comparison,
  scale: Scale,
): { values: (number | null)[]; least: (number | null)[] } {
  const inPart = known.get(line.repository)!;
  const scaledTo = line.counts.map((count, index) =>
    scale === "events" ? count : timesUsual(count, line.perHour, parts[index]!),
  );
  return {
    values: scaledTo.map((value, index) => (inPart[index] ? value : null)),
    least: scaledTo.map((value, index) => (inPart[index] || !line.counts[index] ? null : value)),
  };
}

// How many times as many events as on average over the range; null if there are none.
export function timesUsual(count: number, perHour: number | null, { from, to }: Span): number | null {
  const usual = ((perHour ?? 0) * (to - from)) / HOUR;
  return usual > 0 ? count / usual : null;
}
