import { expect, test } from "vitest";
import { bodyOf } from "./body";
import type { Draft } from "./TaskForm";
import { tickersIn } from "./tickers";

const DRAFT: Draft = {
  task_type: "reddit_crawl",
  params: { limit: 10, subreddits: [], date_range: { last_days: "" } },
  tickers: ["NVDA"],
  priority: "high",
  tags: [],
  notes: "",
  run_at: null,
  start_deadline: null,
  needs_approval: false,
  follow_ups: [],
  workspace: null,
};

test("pasted lists of tickers", () => {
  expect(tickersIn("$nvda, AAPL\nTSLA\tnvda;brk.b ")).toEqual(["NVDA", "AAPL", "TSLA", "BRK.B"]);
  expect(tickersIn(" ")).toEqual([]);
});

test("one ticker is one task, with what was entered and nothing else", () => {
  expect(bodyOf(DRAFT, true, undefined)).toEqual({
    tasks: [{ task_type: "reddit_crawl", params: { limit: 10, ticker: "NVDA" }, priority: "high" }],
  });
});

test("several tickers are a template for many", () => {
  expect(bodyOf({ ...DRAFT, tickers: ["NVDA", "AAPL"] }, true, "parent")).toEqual({
    template: { task_type: "reddit_crawl", params: { limit: 10 }, priority: "high", parent_task_id: "parent" },
    tickers: ["NVDA", "AAPL"],
  });
});

test("a workspace is said where one was chosen", () => {
  const { template } = bodyOf({ ...DRAFT, tickers: ["NVDA", "AAPL"], workspace: "research" }, true, undefined);
  expect(template?.workspace).toBe("research");
});

test("a type without tickers gets none", () => {
  expect(bodyOf({ ...DRAFT, task_type: "echo", params: {} }, false, undefined)).toEqual({
    tasks: [{ task_type: "echo", params: {}, priority: "high" }],
  });
});
