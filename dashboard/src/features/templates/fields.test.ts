import { expect, test } from "vitest";
import type { Template } from "@/api/templates";
import { fieldsToAsk } from "./fields";

const schema = {
  properties: {
    ticker: { type: "string" },
    limit: { type: "integer", default: 100 },
    range: { type: "object", properties: { days: { type: "integer" } } },
  },
};
const template = {
  task: { task_type: "crawl", params: { limit: 5, range: { days: 2 } } },
  fields: { ticker: { required: true }, span: { param: "range.days", description: "How far back" }, odd: {} },
} as unknown as Template;

test("of a plan a field is of the kind of what is saved there", () => {
  const steps = [{ id: "crawl", params: { limit: 5 } }];
  const plan = { inputs: { tickers: ["NVDA"], odd: { a: 1 } }, steps };
  const fields = { tickers: {}, odd: {}, most: { param: "steps.crawl.params.limit" } };
  const asked = fieldsToAsk({ plan, fields } as unknown as Template, {});
  expect(asked.map(({ kind, usual }) => [kind, usual])).toEqual([
    ["list", "NVDA"],
    ["json", '{"a":1}'],
    ["number", "5"],
  ]);
});

test("a field is of the kind of its param, and says what is saved there", () => {
  const [ticker, span, odd] = fieldsToAsk(template, schema);
  expect(ticker).toMatchObject({ name: "ticker", kind: "text", required: true, path: "fields.ticker" });
  expect(span).toMatchObject({ label: "Span", kind: "number", usual: "2", required: false });
  expect(span?.schema.description).toBe("How far back");
  expect(odd).toMatchObject({ name: "odd", kind: "json" });
});
