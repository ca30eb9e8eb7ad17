// Computes how well readers tell the colours of the charts apart, those with normal vision and those who are colour-blind.
import {
  differenceCiede2000,
  filterDeficiencyDeuter,
  filterDeficiencyProt,
  filterDeficiencyTrit,
  parse,
  wcagContrast,
} from "culori";
import { describe, expect, it } from "vitest";

import { lineLook, MOST_LINES } from "../src/domain/line_looks";
import { LOOKS, type Mark, typeClass, typeLook } from "../src/domain/type_colours";
import tokens from "../src/styles/tokens.css?raw";

// Differences of CIEDE2000. Above 2 to 3, two colours side by side look different; 10 is clear at a glance.
const SAME_MARK = 10; // of two types with the same mark, for everybody
const ANY_TWO = 6; // of any two types, for normal vision
const LINES = 12; // of two lines of a comparison with different colours, for everybody
const CONTRAST = 3; // of a colour with the background (WCAG 2.2, 1.4.11)

const VISIONS = {
  normal: (colour: string) => parse(colour)!,
  protanopia: (colour: string) => filterDeficiencyProt(1)(parse(colour)!),
  deuteranopia: (colour: string) => filterDeficiencyDeuter(1)(parse(colour)!),
  tritanopia: (colour: string) => filterDeficiencyTrit(1)(parse(colour)!),
};

function variables(begin: string): Map<string, string> {
  const block = tokens.slice(tokens.indexOf(begin)).split("}", 1)[0]!;
  return new Map([...block.matchAll(/--([\w-]+):\s*([^;]+);/g)].map(([, name, value]) => [name!, value!]));
}

const light = variables(":root {");
const dark = variables(':root[data-theme="dark"] {');
const systemDark = variables(':root:not([data-theme="light"]) {');
const TYPES = [...Object.keys(LOOKS), "SomethingNewEvent"];

function pairs<T>(items: T[]): [T, T][] {
  return items.flatMap((a, index) => items.slice(index + 1).map((b): [T, T] => [a, b]));
}

it("both ways to a dark theme have the same colours", () => expect(systemDark).toEqual(dark));

describe.each([
  ["light", light],
  ["dark", dark],
])("in the %s theme", (_, theme) => {
  const ofType = (type: string) => theme.get(`type-${typeLook(type).slot}`)!;
  const lines = [...new Set(Array.from({ length: MOST_LINES }, (_, index) => lineLook(index).colour))];

  it("no two types share a colour, and normal vision tells any two apart", () => {
    for (const [a, b] of pairs(TYPES))
      expect(differenceCiede2000()(ofType(a), ofType(b)), `${a} ${b}`).toBeGreaterThan(ANY_TWO);
  });

  it.each(Object.entries(VISIONS))("types with the same mark are told apart with %s", (__, seen) => {
    for (const mark of ["plain", "striped", "dotted"] satisfies Mark[])
      for (const [a, b] of pairs(TYPES.filter((type) => typeLook(type).mark === mark)))
        expect(differenceCiede2000()(seen(ofType(a)), seen(ofType(b))), `${a} ${b}`).toBeGreaterThan(SAME_MARK);
  });

  it.each(Object.entries(VISIONS))("the lines of a comparison are told apart with %s", (__, seen) => {
    const colours = lines.map((name) => theme.get(name)!);
    for (const [a, b] of pairs(colours))
      expect(differenceCiede2000()(seen(a), seen(b)), `${a} ${b}`).toBeGreaterThan(LINES);
  });

  it("all stand out from the background", () => {
    for (const ground of ["page", "surface"].map((name) => theme.get(name)!))
      for (const colour of [...TYPES.map(ofType), ...lines.map((name) => theme.get(name)!)])
        expect(wcagContrast(colour, ground), `${colour} on ${ground}`).toBeGreaterThanOrEqual(CONTRAST);
  });
});

it("a type that GitHub has added, or a stranger invented, has a look", () => {
  for (const type of ["constructor", "__proto__", "", "<b>"]) expect(typeClass(type)).toBe("type-other mark-dotted");
  expect(typeClass("PushEvent")).toBe("type-push mark-plain");
});

it("lines of a comparison with the same colour have different dashes", () => {
  const looks = Array.from({ length: MOST_LINES }, (_, index) => lineLook(index));
  expect(new Set(looks.map((look) => JSON.stringify(look))).size).toBe(MOST_LINES);
  for (const [a, b] of pairs(looks)) if (a.colour === b.colour) expect(a.dash).not.toEqual(b.dash);
});
