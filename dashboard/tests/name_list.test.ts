import { expect, it } from "vitest";

import { itemErrors } from "../src/api/client";
import { isOwner, readNames } from "../src/domain/name_list";

it("a list has names and addresses, one a line or separated by commas", () => {
  const text = '# my list\n  cli/cli  \r\nhttps://github.com/redis/redis\n\na/b, c/d;e/f\t"g/h"\n';
  expect(readNames(text)).toEqual([
    { line: 2, text: "cli/cli" },
    { line: 3, text: "https://github.com/redis/redis" },
    { line: 5, text: "a/b" },
    { line: 5, text: "c/d" },
    { line: 5, text: "e/f" },
    { line: 5, text: "g/h" },
  ]);
});

it("what is repeated counts once, in any case", () =>
  expect(readNames("A/b\na/B\na/b\nc/d").map(({ text }) => text)).toEqual(["A/b", "c/d"]));

it("what is no name stays, so that the server can say what is wrong with it", () => {
  expect(readNames("no name at all\n<b>x</b>")).toEqual([
    { line: 1, text: "no name at all" },
    { line: 2, text: "<b>x</b>" },
  ]);
  expect(readNames(" \n\n# only a comment")).toEqual([]);
});

it("the errors of a list are read with their places, if they have any", () => {
  const errors = [
    { index: 1, field: "full_name", message: "wrong" },
    { field: "x", message: "no place" },
    { index: "2", message: "no number" },
    { index: 3 },
  ];
  expect(itemErrors({ errors })).toEqual([{ index: 1, message: "wrong" }]);
  expect(itemErrors(null)).toEqual([]);
  expect(itemErrors({ errors: "many" } as never)).toEqual([]);
});

it("all repositories of an owner are told from one", () => {
  expect(["octo/*", " Octo/%2A ", "https://github.com/octo/*"].map(isOwner)).toEqual([true, true, true]);
  expect(["octo/r", "octo/*/x", "*", "octo*"].map(isOwner)).toEqual([false, false, false, false]);
  expect(readNames("octo/*, a/b")).toEqual([
    { line: 1, text: "octo/*" },
    { line: 1, text: "a/b" },
  ]);
});
