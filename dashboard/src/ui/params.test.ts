import { expect, test } from "vitest";
import { paramsInWords } from "./params";

test("params are said in words, and what is open is left out", () => {
  const params = { ticker: "NVDA", subreddits: ["stocks", "investing"], date_range: { from: null, last_days: 30 } };
  expect(paramsInWords({ ...params, comments: 0, headless: false, query: null, feeds: [] })).toEqual([
    ["Ticker", "NVDA"],
    ["Subreddits", "stocks, investing"],
    ["Date range", "last days 30"],
    ["Comments", "0"],
    ["Headless", "no"],
    ["Feeds", "none"],
  ]);
});
