import { expect, test } from "vitest";
import { bodyOf, sentenceOf } from "./kinds";
import type { RuleBody } from "./queries";

const rate = {
  kind: "failure_rate",
  threshold: 30,
  task_types: ["echo"],
  window_seconds: 900,
  min_tasks: 10,
  for_seconds: 30,
} as RuleBody;

test("a rule is a sentence", () => {
  expect(sentenceOf(rate)).toBe(", of echo, from 30 percent, of at least 10, within 15 min");
  expect(sentenceOf({ kind: "queue_stalled", for_seconds: 60 } as RuleBody)).toBe(", from 1 tasks, for 1 min");
  expect(sentenceOf({ kind: "of a later version" } as unknown as RuleBody)).toBe("");
});

test("what means nothing to a kind is not sent", () => {
  expect(bodyOf(rate)).not.toHaveProperty("for_seconds");
  expect(bodyOf({ ...rate, kind: "drift" })).toEqual({ kind: "drift", for_seconds: 30 });
});
