import { expect, test } from "vitest";
import { filtersOf, momentOf } from "./search";

test("the address is read, and what cannot be meant is left out", () => {
  expect(filtersOf({ since: "day", type: "echo" })).toEqual({ since: "day", type: "echo" });
  expect(filtersOf({ state: "muted" })).toEqual({ state: "muted" });
  expect(filtersOf({ since: "century", type: 3, state: "asleep" })).toEqual({});
});

test("a length of time is a moment", () => {
  expect(momentOf("day", new Date("2026-03-02T08:00:00Z"))).toBe("2026-03-01T08:00:00.000Z");
  expect(momentOf(undefined, new Date())).toBeUndefined();
});
