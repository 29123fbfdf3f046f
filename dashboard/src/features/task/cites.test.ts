import { expect, test } from "vitest";
import { piecesOf } from "./cites";

const CITED = ["reddit_posts:x1", "sentiment:2026-03-01"];

test("what a text cites is told by numbers, and what is no citation stays", () => {
  expect(piecesOf("- It rose [reddit_posts:x1, sentiment:2026-03-01]\n- Why [sentiment:2026-03-01]?", CITED)).toEqual([
    "- It rose",
    [1, 2],
    "\n- Why",
    [2],
    "?",
  ]);
  for (const text of ["see [1] and [note: x]", "of [reddit_posts:unknown]", ""])
    expect(piecesOf(text, CITED).join("")).toBe(text);
});
