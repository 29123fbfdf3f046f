import { describe, expect, it } from "vitest";
import { momentIn, numberIn, oneOf, textIn } from "./search";

describe("what stands in the address", () => {
  it("is a text, also where it looks like a number", () => {
    expect([textIn("NVDA"), textIn(66), textIn("  "), textIn({})]).toEqual(["NVDA", "66", undefined, undefined]);
  });
  it("is one of what is known", () => {
    expect([oneOf("day", ["hour", "day"]), oneOf("year", ["hour", "day"])]).toEqual(["day", undefined]);
  });
  it("is a number within limits", () => {
    expect([numberIn(7, 1, 30), numberIn("7", 1, 30), numberIn(31, 1, 30), numberIn("", 0, 30)]).toEqual([
      7,
      7,
      undefined,
      undefined,
    ]);
  });
  it("is a moment, or nothing", () => {
    expect([momentIn("2026-03-01T08:00:00Z"), momentIn("soon")]).toEqual(["2026-03-01T08:00:00.000Z", undefined]);
  });
});
