import { expect, test } from "vitest";
import { marksOf } from "./marks";

test("no letter is lost, whatever was understood", () => {
  const text = "🚀 pull $NVDA tomorrow";
  const understood = [
    { field: "run_at", text: "tomorrow", start: 13 },
    { field: "ticker", text: "$NVDA", start: 7 },
    { field: "source", text: "NVDA", start: 8 },
  ];
  const parts = marksOf(text, understood);
  expect(parts.map(({ text: words }) => words).join("")).toBe(text);
  expect(parts.filter(({ field }) => field).map(({ text: words, field }) => `${field}: ${words}`)).toEqual([
    "ticker: $NVDA",
    "run_at: tomorrow",
  ]);
});
