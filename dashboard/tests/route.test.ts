import { expect, it } from "vitest";

import { parseRoute } from "../src/domain/route";

it.each([
  ["", "overview"],
  ["#/", "overview"],
  ["#/poller", "poller"],
  ["#/alerts?show=firing", "alerts"],
  ["#/repos/o/r", "repository"],
  ["#/repos/o", "unknown"],
  ["#/x", "unknown"],
])("%s is the page %s", (hash, page) => expect(parseRoute(hash).page).toBe(page));

it("reads names and options", () => {
  const route = parseRoute("#/repos/o%20x/r?sort=name&q=a%26b");
  expect(route).toMatchObject({ fullName: "o x/r" });
  expect(route.options.get("q")).toBe("a&b");
});

it("takes an invalid escape literally", () => {
  expect(parseRoute("#/repos/%/r")).toMatchObject({ fullName: "%/r" });
});
