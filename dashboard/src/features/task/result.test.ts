import { expect, test } from "vitest";
import { readResult } from "./result";

test("figures, texts and citations are told apart, and what is left is said to be there", () => {
  const read = readResult({
    posts_collected: 1_234,
    complete: true,
    score: 0.12345,
    summary: "It rose [1].",
    cited: ["reddit_posts:x1", "sentiment:2026-03-01", "odd"],
    cost: { model: "opus", calls: 2, input_tokens: 1_200, usd: 0.01234 },
    unreadable: {},
    by_day: { monday: 1 },
    nothing: null,
  });
  expect(read.figures).toEqual([
    { name: "posts collected", value: "1,234" },
    { name: "complete", value: "yes" },
    { name: "score", value: "0.123" },
    { name: "cost, with opus", value: "$0.0123" },
    { name: "calls", value: "2" },
    { name: "input tokens", value: "1,200" },
  ]);
  expect(read.texts).toEqual([{ name: "summary", value: "It rose [1]." }]);
  expect(read.citations).toEqual([
    { kind: "reddit_posts", id: "x1" },
    { kind: "sentiment", id: "2026-03-01" },
    { kind: "", id: "odd" },
  ]);
  expect(read.rest).toBe(true);
});

test("labels with counts are scores, and nothing else is", () => {
  expect(readResult({ labels: { positive: 3, negative: 1 } }).scores).toEqual({ positive: 3, negative: 1 });
  for (const labels of [{}, ["positive"], { positive: "3" }, "positive"])
    expect(readResult({ labels }).scores).toBeNull();
});
