import { expect, test } from "vitest";
import { lineOf, spanOfLine } from "./mistakes";

const YAML = `name: morning
steps:
  - id: crawl
    task_type: reddit_crawl
    params: {ticker: NVDA}
  - id: tell
    task_type: api_update
    needs: [crawl]
    params:
      endpoint: /v1
`;

test("a mistake is found in YAML", () => {
  expect(lineOf(YAML, "name")).toBe(1);
  expect(lineOf(YAML, "steps.tell.params.endpoint")).toBe(10);
  expect(lineOf(YAML, "steps.crawl.params.ticker")).toBe(5);
  // What is missing is a mistake of its step.
  expect(lineOf(YAML, "steps.crawl.needs")).toBe(3);
  expect(lineOf(YAML, "steps.1.task_type")).toBe(7);
  expect(lineOf(YAML, "steps.nowhere.params")).toBeUndefined();
  expect(lineOf(YAML, "")).toBeUndefined();
});

test("and in JSON", () => {
  const text = JSON.stringify(
    {
      name: "m",
      steps: [
        { id: "a", task_type: "echo" },
        { id: "b", needs: ["x"] },
      ],
    },
    null,
    2,
  );
  expect(text.split("\n")[(lineOf(text, "steps.b.needs") ?? 0) - 1]).toContain("needs");
  expect(text.split("\n")[(lineOf(text, "steps.a.params.n") ?? 0) - 1]).toContain('"a"');
});

test("a line is selected from its first to its last letter", () => {
  expect(YAML.slice(...spanOfLine(YAML, 3))).toBe("  - id: crawl");
  expect("ab".slice(...spanOfLine("ab", 1))).toBe("ab");
});
