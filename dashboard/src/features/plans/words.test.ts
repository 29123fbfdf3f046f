import { expect, test } from "vitest";
import type { PlanDetail, Step } from "@/api/plans";
import { costInWords, entriesInWords, objectIn, shownStatus, stateInWords } from "./words";

const PLAN = {
  done: 3,
  steps: 1200,
  active: 1,
  counts: { review: 2, succeeded: 3 },
  round: 0,
} as unknown as PlanDetail;

test("where a plan stands", () => {
  expect(stateInWords(PLAN)).toBe("3 of 1,200 steps over · 1 task under way · 2 wait for review");
  expect(stateInWords({ ...PLAN, active: 0, counts: { failed: 1 } as PlanDetail["counts"], round: 1 })).toBe(
    "3 of 1,200 steps over · 1 failed · round 2",
  );
});

test("what it cost", () => {
  expect(costInWords({ cost_usd: 0, tokens: 0 })).toBe("nothing so far");
  expect(costInWords({ cost_usd: 0.0021, tokens: 4512 })).toBe("$0.0021, 4,512 tokens");
});

test("a step that runs is shown as its task is", () => {
  expect(shownStatus({ status: "running", task_status: "awaiting_approval" })).toBe("awaiting_approval");
  // Its end is told by the plan, which may have it reviewed or tried again.
  expect(shownStatus({ status: "running", task_status: "succeeded" })).toBe("running");
  expect(shownStatus({ status: "review", task_status: "succeeded" })).toBe("review");
});

test("entries are counted where there are several", () => {
  const step = { parts: 5, succeeded: 2, failed: 1, active: 0 } as Step;
  expect(entriesInWords(step)).toBe("2 of 5, 1 failed");
  expect(entriesInWords({ ...step, parts: 1 })).toBe("");
  expect(entriesInWords({ ...step, parts: null })).toBe("");
});

test("only an object is one", () => {
  expect(objectIn('{"n": 1}')).toEqual({ n: 1 });
  for (const text of ["", "[1]", "null", "{", '"a"']) expect(objectIn(text)).toBeUndefined();
});
