import { expect, test } from "vitest";
import { filtersOf } from "./search";

test("the address is read, and what cannot be meant is left out", () => {
  expect(filtersOf({ tab: "audit", actor: "human:anna", object: 7, since: " ", kind: "robot", ended: "yes" })).toEqual({
    tab: "audit",
    actor: "human:anna",
    object: "7",
  });
  expect(filtersOf({ tab: "keys", kind: "user", ended: true })).toEqual({ tab: "keys", kind: "user", ended: true });
});
