import { QueryClient } from "@tanstack/react-query";
import { expect, test } from "vitest";
import { patchCached } from "./patchCached";

const LONG_AGO = 1_000;

test("what is patched stays as old as it was", () => {
  const client = new QueryClient();
  client.setQueryData(["tasks", "list", "a"], ["pending"], { updatedAt: LONG_AGO });
  client.setQueryData(["tasks", "list", "b"], ["failed"], { updatedAt: LONG_AGO });
  patchCached<string[]>(client, ["tasks", "list"], (rows) => (rows[0] === "pending" ? ["running"] : rows));
  expect(client.getQueryData(["tasks", "list", "a"])).toEqual(["running"]);
  expect(client.getQueryState(["tasks", "list", "a"])?.dataUpdatedAt).toBe(LONG_AGO);
  expect(client.getQueryState(["tasks", "list", "b"])?.dataUpdatedAt).toBe(LONG_AGO);
});

test("what must be asked for anew is left so", async () => {
  const client = new QueryClient();
  client.setQueryData(["tasks", "list"], ["pending"], { updatedAt: LONG_AGO });
  await client.invalidateQueries({ queryKey: ["tasks"] });
  patchCached<string[]>(client, ["tasks", "list"], () => ["running"]);
  expect(client.getQueryState(["tasks", "list"])?.isInvalidated).toBe(true);
});
