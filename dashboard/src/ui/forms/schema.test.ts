import { expect, test } from "vitest";
import { anythingIn, entered, errorAt, errorsElsewhere, fieldsOf, isBrokenJson, type Schema } from "./schema";

const CRAWL: Schema = {
  $defs: {
    DateRange: {
      type: "object",
      description: "Days",
      properties: {
        from: { anyOf: [{ format: "date", type: "string" }, { type: "null" }], default: null },
        last_days: { anyOf: [{ maximum: 3650, minimum: 1, type: "integer" }, { type: "null" }], default: null },
      },
    },
  },
  type: "object",
  required: ["ticker"],
  properties: {
    ticker: { type: "string", description: "Stock ticker" },
    subreddits: { type: "array", items: { type: "string" } },
    date_range: { $ref: "#/$defs/DateRange" },
    limit: { type: "integer", default: 1000, minimum: 1 },
    source: { enum: ["reddit", "social"], type: "string", default: "reddit" },
    post_ids: { anyOf: [{ type: "array", items: { type: "string" } }, { const: "all" }], default: "all" },
    text: { anyOf: [{ maxLength: 200_000, type: "string" }, { type: "null" }], default: null },
    anything: { default: "hello" },
    payload: { type: "object" },
    fast: { type: "boolean", default: true },
  },
};

test("every property is a field of its kind", () => {
  const fields = fieldsOf(CRAWL, "params");
  expect(fields.map(({ name, kind }) => `${name}: ${kind}`)).toEqual([
    "ticker: text",
    "subreddits: list",
    "date_range: object",
    "limit: number",
    "source: choice",
    "post_ids: json",
    "text: long text",
    "anything: json",
    "payload: json",
    "fast: yes or no",
  ]);
  expect(fields.filter(({ required }) => required).map(({ name }) => name)).toEqual(["ticker"]);
  const range = fields.find(({ name }) => name === "date_range");
  expect(range?.fields.map(({ path, kind }) => `${path}: ${kind}`)).toEqual([
    "params.date_range.from: date",
    "params.date_range.last_days: number",
  ]);
  expect(range?.schema.description).toBe("Days");
  expect(range?.fields[1]?.schema.maximum).toBe(3650);
  expect(fields.map(({ usual }) => usual)).toEqual(["", "", "", "1000", "reddit", "all", "", "hello", "", "true"]);
});

test("what was left empty is left out, what is false or zero is not", () => {
  expect(entered({ a: "", b: null, c: [], d: { e: "" }, f: false, g: 0, h: { i: 1, j: undefined } })).toEqual({
    f: false,
    g: 0,
    h: { i: 1 },
  });
});

test("an error stands at its field, also one of what is within it", () => {
  const errors = [
    { field: "params.subreddits.0", message: "Too short." },
    { field: "params.limit", message: "Too many." },
    { field: "params.limits", message: "Unknown." },
  ];
  expect(errorAt(errors, "params.subreddits")).toBe("Too short.");
  expect(errorAt(errors, "params.limit")).toBe("Too many.");
  expect(errorAt(errors, "params.ticker")).toBeUndefined();
  expect(errorsElsewhere(errors, fieldsOf(CRAWL, "params"))).toEqual([errors[2]]);
});

test("where anything may be, plain text is as good as JSON, and told only where JSON was begun", () => {
  const typed = ["plain words", "{ is a brace", '{"a": 1}', "[1,", "5", '"5"', ""];
  expect(typed.map(anythingIn)).toEqual(["plain words", "{ is a brace", { a: 1 }, "[1,", 5, "5", ""]);
  expect(typed.filter(isBrokenJson)).toEqual(["{ is a brace", "[1,"]);
});
