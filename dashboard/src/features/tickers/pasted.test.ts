import { describe, expect, it } from "vitest";
import { csvOf } from "./pasted";

describe("what somebody pastes", () => {
  it("is a list, each ticker once", () => {
    expect(csvOf("$nvda, AAPL\n msft;AAPL")).toEqual({ csv: "ticker\nNVDA\nAAPL\nMSFT\n", count: 3 });
    expect(csvOf("  ").count).toBe(0);
  });

  it("is a table, also as a spreadsheet copies it", () => {
    expect(csvOf("ticker,watchers\nNVDA,12\n")).toEqual({ csv: "ticker,watchers\nNVDA,12\n", count: 1 });
    expect(csvOf("Ticker\tname\nBRK.B\tBerkshire, Inc.").csv).toBe('Ticker,name\nBRK.B,"Berkshire, Inc."\n');
  });
});
