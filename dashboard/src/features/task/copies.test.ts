import { expect, test } from "vitest";
import { asCli, asCurl, quoted } from "./copies";

const TASK = {
  task_type: "echo",
  params: { message: "it's $HOME; rm", count: 3, tickers: ["A", "B"] },
  priority_label: "high",
  tags: ["daily"],
};

test("a command that does the same", () => {
  expect(asCli(TASK)).toBe(
    `clawdbot tasks add echo 'message=it'\\''s $HOME; rm' count=3 'tickers=["A","B"]' --priority high --tag daily`,
  );
});

test("a request that does the same", () => {
  const curl = asCurl({ ...TASK, params: { message: "it's" } }, "http://host/claw/");
  expect(curl).toContain("curl -s http://host/claw/api/v1/tasks");
  expect(curl).toContain(`"message":"it'\\''s"`);
});

test("plain words stay as they are", () => {
  expect(quoted("last_days=30")).toBe("last_days=30");
  expect(quoted("")).toBe("''");
});
