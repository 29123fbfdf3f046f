import { expect, test } from "vitest";
import type { Bulk } from "@/api/bulk";
import type { Task } from "@/api/tasks";
import { filterOf, outcomeOf, share, tasksOf } from "./bulk";

const bulk = { action: "cancel", count: 200, capped: false, done: 50, skipped: 1, state: "running" } as Bulk;

test("all that match is what the filters on show say, without their order", () => {
  const filters = { status: ["failed" as const], ticker: "NVDA", sort: "-priority" };
  expect(filterOf({ kind: "matching", filters }, "retry")).toEqual({ status: ["failed"], ticker: "NVDA" });
});

test("picked rows are meant whatever became of them", () => {
  const rows = { kind: "rows" as const, tasks: [{ id: "a" }, { id: "b" }] as Task[] };
  expect(filterOf(rows, "cancel")).toEqual({ ids: ["a", "b"] });
  expect(filterOf(rows, "retry").status).toContain("cancelled");
});

test("counts and outcomes are said in words", () => {
  expect(tasksOf({ count: 1, capped: false })).toBe("1 task");
  expect(tasksOf({ count: 10_000, capped: true })).toBe("10,000+ tasks");
  expect(share(bulk)).toBe(25);
  expect(share({ ...bulk, done: 999 })).toBe(99);
  expect(share({ ...bulk, state: "done" })).toBe(100);
  expect(outcomeOf({ ...bulk, state: "stopped" })).toBe(
    "Cancelled: 50. 1 had meanwhile become something else. The rest was left alone.",
  );
});
