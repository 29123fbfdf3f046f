import type { InfiniteData } from "@tanstack/react-query";
import { expect, test } from "vitest";
import type { components } from "@/api/schema";
import { note } from "@/live/recent";
import type { TaskEvent } from "@/live/stream";
import { withHeard, withRows } from "./rows";

type List = InfiniteData<components["schemas"]["TaskPage"]>;

const row = (id: string, more: object = {}) =>
  ({ id, status: "running", worker_id: null, worker: null, updated_at: "2026-03-01T08:00:00Z", ...more }) as never;
const list = {
  pageParams: [{}, { after: "x" }],
  pages: [
    { tasks: [row("a"), row("b")], total: 3 },
    { tasks: [row("c")], total: 3 },
  ],
} as unknown as List;
const all = ({ pages }: List) => pages.flatMap(({ tasks }) => tasks.map(({ id, status }) => `${id} ${status}`));

test("rows of any page become what they are now, those that are gone go, and none comes or moves", () => {
  const rows = [row("new"), row("b"), row("c", { status: "failed" })];
  const changed = withRows(list, rows, ["a", "c"], { total: 7, total_capped: false });
  expect(all(changed)).toEqual(["b running", "c failed"]);
  expect(changed.pages.map(({ total }) => total)).toEqual([7, 7]);
});

test("what is the same is not drawn again", () => {
  const now = { total: 3 } as never;
  expect(withRows(list, [row("b")], ["b"], now).pages[0]?.tasks[1]).toBe(list.pages[0]?.tasks[1]);
});

test("rows before a page that was on its way take on what was heard meanwhile", () => {
  const event = { id: 1, task_id: "a", type: "cancelled", status: "cancelled", round: 0, worker_id: null };
  note({ ...event, created_at: "2026-03-01T08:00:05Z" } as TaskEvent, 5_000);
  expect(all(withHeard(list, 4_000))).toEqual(["a cancelled", "b running", "c running"]);
  expect(all(withHeard(list, 6_000))).toEqual(["a running", "b running", "c running"]);
});
