import { describe, expect, it } from "vitest";
import { type Cell, narrowed, rowsOf, stateOf } from "./cells";

function cell(source: string, state: string, record_count = 3): Cell {
  return { source, state, record_count, refusing: [] as Cell["refusing"] } as Cell;
}

describe("coverage", () => {
  const page = {
    sources: ["reddit", "sec"],
    tickers: [
      { ticker: "AAPL", cells: [cell("sec", "stale")] },
      { ticker: "NVDA", cells: [cell("reddit", "fresh"), cell("sec", "failing")] },
    ],
    next: null as string | null,
  };

  it("has a row for what was collected and for what is tracked, and cells in the order of the sources", () => {
    const rows = rowsOf([page], ["TSLA", "NVDA", "AMD"], 24);
    expect(rows.map(({ ticker, cells }) => [ticker, ...cells.map(stateOf)])).toEqual([
      ["AAPL", "unasked", "stale"],
      ["AMD", "unasked", "unasked"],
      ["NVDA", "fresh", "failing"],
      ["TSLA", "unasked", "unasked"],
    ]);
  });

  it("says nothing of tickers behind the pages that are loaded", () => {
    const rows = rowsOf([{ ...page, next: "NVDA" }], ["AMD", "TSLA"], 24);
    expect(rows.map(({ ticker }) => ticker)).toEqual(["AAPL", "AMD", "NVDA"]);
  });

  it("is narrowed by the beginning of a ticker and by state", () => {
    const rows = rowsOf([page], [], 24);
    expect(narrowed(rows, "$nv", undefined).map(({ ticker }) => ticker)).toEqual(["NVDA"]);
    expect(narrowed(rows, undefined, "stale").map(({ ticker }) => ticker)).toEqual(["AAPL"]);
  });

  it("does not call stale what was collected lately, though only a part of it", () => {
    const collected = (hour: number) => ({ ...cell("sec", "stale"), last_success_at: `2026-03-01T0${hour}:00:00Z` });
    const pages = [2, 7].map((hour) => ({ ...page, tickers: [{ ticker: `T${hour}`, cells: [collected(hour)] }] }));
    const rows = rowsOf(pages, [], 6, new Date("2026-03-01T08:30:00Z"));
    expect(rows.map(({ cells }) => stateOf(cells[1] ?? null))).toEqual(["stale", "part"]);
  });

  it("tells apart that there was nothing and that nobody has asked", () => {
    expect([stateOf(cell("sec", "fresh", 0)), stateOf(null)]).toEqual(["empty", "unasked"]);
  });
});
