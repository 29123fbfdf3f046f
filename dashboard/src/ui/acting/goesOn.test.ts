import { expect, test } from "vitest";
import { goesOn } from "./goesOn";

test("who is shut out leaves what works by itself behind, and the secrets of hooks", () => {
  expect(goesOn([])).toBe("");
  expect(goesOn(undefined)).toBe("");
  expect(goesOn(["schedule:mornings"])).toBe(" What they have made goes on: schedule:mornings.");
  expect(goesOn(["schedule:mornings", "trigger:push"])).toMatch(/mornings, trigger:push\. Give the hooks/);
});
