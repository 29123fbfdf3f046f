import { expect, test } from "vitest";
import { readResult } from "./result";

test("figures, texts and citations are told apart, and what is left is said to be there", () => {
  const read = readResult({
    posts_collected: 1_234,
    complete: true,
    score: 0.12345,
    summary: "It rose [1].",
    citations: [{ title: "Post", url: "https://reddit.com/x" }, "javascript:alert(1)"],
    by_day: { monday: 1 },
    nothing: null,
  });
  expect(read.figures).toEqual([
    { name: "posts collected", value: "1,234" },
    { name: "complete", value: "yes" },
    { name: "score", value: "0.123" },
  ]);
  expect(read.texts).toEqual([{ name: "summary", value: "It rose [1]." }]);
  expect(read.citations[0]).toEqual({ label: "Post", url: "https://reddit.com/x" });
  expect(read.rest).toBe(true);
});

test("labels with counts are scores, and nothing else is", () => {
  expect(readResult({ labels: { positive: 3, negative: 1 } }).scores).toEqual({ positive: 3, negative: 1 });
  for (const labels of [{}, ["positive"], { positive: "3" }, "positive"])
    expect(readResult({ labels }).scores).toBeNull();
});
