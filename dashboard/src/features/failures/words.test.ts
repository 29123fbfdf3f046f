import { expect, test } from "vitest";
import type { Bulk } from "@/api/bulk";
import { fitOf, isAbout, patchOf, progressOf, wordsOf } from "./words";

const bulk = {
  action: "release",
  state: "running",
  phase: "doing",
  count: 300,
  done: 12,
  skipped: 0,
  filter: {},
} as Bulk;

test("an action says how far it is, and why it ended", () => {
  expect(progressOf(bulk)).toBe("12 of 300 tasks retried.");
  expect(progressOf({ ...bulk, phase: "canary" })).toMatch(/^One task is tried/);
  expect(progressOf({ ...bulk, state: "stopped", canary_task_id: "a", done: 0, reason: "the canary failed" })).toBe(
    "Stopped: 0 of the other 300 tasks retried. The canary failed.",
  );
  const tried = { ...bulk, state: "done", canary_task_id: "a", canary_ok: true } as Bulk;
  expect(progressOf({ ...tried, done: 0 })).toBe("The one that was tried succeeded.");
  expect(progressOf({ ...tried, done: 1 })).toBe("Done: 1 retried.");
  expect(progressOf({ ...bulk, action: "edit", state: "done", done: 1, count: 1 })).toBe("Done: 1 changed.");
  expect(progressOf({ ...bulk, action: "edit", phase: "checking" })).toMatch(/before any is changed/);
});

test("an action is of a group that it was begun for, or narrowed to", () => {
  expect(isAbout({ ...bulk, cause: "a" }, "a")).toBe(true);
  expect(isAbout({ ...bulk, filter: { cause: "a" } }, "a")).toBe(true);
  expect(isAbout({ ...bulk, cause: "a", state: "previewed" }, "a")).toBe(false);
  expect(isAbout({ ...bulk, cause: "b" }, "a")).toBe(false);
});

test("params are set, and taken away with null", () => {
  expect(patchOf({ limit: 5 }, ["ticker"])).toEqual({ limit: 5, ticker: null });
});

test("a dry run says what does not fit", () => {
  expect(fitOf(bulk)).toMatch(/^It fits all of 300 tasks/);
  expect(fitOf({ ...bulk, skipped: 2, reason: "limit: too large" })).toBe(
    "It does not fit 2 tasks of 300 tasks, so none would be changed. Limit: too large.",
  );
  expect(wordsOf({ type: "came_back" })).toBe("Came back");
});
