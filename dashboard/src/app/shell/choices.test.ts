import { expect, test } from "vitest";
import { choicesOf } from "./choices";

test("whoever has one workspace, or where there is none, has no choice", () => {
  expect(choicesOf(["research"], [], undefined)).toEqual([]);
  expect(choicesOf([], [], undefined)).toEqual([]);
  expect(choicesOf(null, [], undefined)).toEqual([]);
});

test("a member chooses among their own, the others among all and the default one", () => {
  expect(choicesOf(["a", "b"], [], "a")).toEqual(["a", "b"]);
  expect(choicesOf(null, ["a"], undefined)).toEqual(["default", "a"]);
});

test("an address that names another one can be left", () => {
  expect(choicesOf(["a"], [], "gone")).toEqual(["gone"]);
  expect(choicesOf(null, ["a"], "gone")).toEqual(["default", "a", "gone"]);
});
