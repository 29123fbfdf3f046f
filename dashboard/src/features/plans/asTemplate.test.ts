import { expect, test } from "vitest";
import { bodyOf, candidates } from "./asTemplate";

const steps = [{ id: "crawl", params: { ticker: `\${{ item }}`, limit: 5 } }, { id: "tell" }];

test("inputs and what steps say outright can be asked for", () => {
  expect(candidates({ inputs: { Tickers: [] }, steps })).toEqual(["Tickers", "steps.crawl.params.limit"]);
  expect(candidates({})).toEqual([]);
});

test("a field has a name that the API takes", () => {
  const { fields } = bodyOf("id", "", { asked: ["what", "Tickers", "steps.crawl.params.limit"], required: ["what"] });
  expect(fields).toEqual({
    what: { required: true },
    tickers: { param: "Tickers", required: false },
    "crawl-limit": { param: "steps.crawl.params.limit", required: false },
  });
});
