import { expect, it } from "vitest";

import { parse_route } from "../src/domain/route";

it.each([
  ["", "overview"], ["#/", "overview"], ["#/poller", "poller"], ["#/alerts?show=firing", "alerts"], ["#/repos/o/r", "repository"], ["#/repos/o", "unknown"], ["#/x", "unknown"],
])("%s is the page %s", (hash, page) => expect(parse_route(hash).page).toBe(page));

it("reads names and options", () => {
  const route = parse_route("#/repos/o%20x/r?sort=name&q=a%26b");
  expect(route).toMatchObject({ full_name: "o x/r" });
  expect(route.options.get("q")).toBe("a&b");
});

it("takes an invalid escape literally", () => {
  expect(parse_route("#/repos/%/r")).toMatchObject({ full_name: "%/r" });
});
