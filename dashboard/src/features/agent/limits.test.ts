import { describe, expect, it } from "vitest";
import { amountOf, enteredOf, mostOf, nameOf, standingOf, undoOf } from "./limits";
import type { Decision, Limit } from "./queries";

const usd: Limit = { scope: "all", unit: "usd_micros", most: 500_000, window: "day" };

describe("a limit", () => {
  it("is of dollars where the API counts millionths", () => {
    expect([nameOf(usd), amountOf("usd_micros", 125_000), enteredOf(usd), mostOf("usd_micros", 0.1)]).toEqual([
      "All: dollars in any day",
      "$0.125",
      0.5,
      100_000,
    ]);
  });

  it("says in a word how it stands", () => {
    const at = (used: number, most = 10) => standingOf({ limit: { ...usd, most }, used, left: most - used }).word;
    expect([at(3), at(8), at(10), at(0, 0)]).toEqual(["", "nearly used up", "used up", "nothing allowed"]);
  });
});

describe("undoing a decision", () => {
  const decision = { kind: "crawl", undone_at: null, tasks: [{ status: "running" }, { status: "failed" }] };

  it("is offered while there is something to undo", () => {
    expect(undoOf(decision as Decision)).toContain("1 open task of it is cancelled");
    expect(undoOf({ ...decision, tasks: [{ status: "failed" }] } as Decision)).toBe("");
    expect(undoOf({ ...decision, undone_at: "2026-03-01" } as Decision)).toBe("");
    expect(undoOf({ ...decision, kind: "escalate", tasks: [] as Decision["tasks"] } as Decision)).toContain("alert");
  });
});
