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

test("a field is of the kind of its param, and says what is saved there", () => {
  const [ticker, span, odd] = fieldsToAsk(template, schema);
  expect(ticker).toMatchObject({ name: "ticker", kind: "text", required: true, path: "fields.ticker" });
  expect(span).toMatchObject({ label: "Span", kind: "number", usual: "2", required: false });
  expect(span?.schema.description).toBe("How far back");
  expect(odd).toMatchObject({ name: "odd", kind: "json" });
});
