import { expect, test } from "vitest";
import { fieldsOf } from "@/ui/forms/schema";
import { bodyOf, candidates } from "./asTemplate";

const schema = {
  properties: {
    ticker: { type: "string" },
    range: { type: "object", properties: { days: { type: "integer" } } },
  },
};

test("parts of objects can be asked for, under a name without dots", () => {
  expect(candidates(fieldsOf(schema, "params"))).toContainEqual({ name: "range-days", param: "range.days" });
  const body = bodyOf("id", "", { asked: ["ticker", "range.days"], required: ["ticker"] });
  expect(body.fields).toEqual({ ticker: { required: true }, "range-days": { param: "range.days", required: false } });
});
