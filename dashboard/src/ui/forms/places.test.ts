import { expect, test } from "vitest";
import { placesOf } from "./places";

test.each([
  { who: "sees everything", names: ["default", "a"], changes: null, chosen: null, places: ["default", "a"] },
  { who: "has one workspace", names: [], changes: ["a"], chosen: null, places: [] },
  { who: "changes both", names: ["a", "b"], changes: ["a", "b"], chosen: null, places: ["a", "b"] },
  { who: "only looks at b", names: ["a", "b"], changes: ["a"], chosen: null, places: [] },
  { who: "only looks at b, which the page is about", names: ["a", "b"], changes: ["a"], chosen: "b", places: ["a"] },
  { who: "only looks at c", names: ["a", "b", "c"], changes: ["a", "b"], chosen: "a", places: ["a", "b"] },
  {
    who: "talks to a server that does not say",
    names: ["a", "b"],
    changes: undefined,
    chosen: "b",
    places: ["a", "b"],
  },
])("where somebody makes something who $who", ({ names, changes, chosen, places }) => {
  expect(placesOf(names, changes, chosen)).toEqual(places);
});
