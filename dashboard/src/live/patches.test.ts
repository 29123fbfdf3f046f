import type { InfiniteData } from "@tanstack/react-query";
import { expect, test } from "vitest";
import type { components } from "@/api/schema";
import { patched } from "./patches";
import type { TaskEvent } from "./stream";

type Page = components["schemas"]["TaskPage"];

const list = {
  pageParams: [{}],
  pages: [{ tasks: [task("a"), task("b")] }, { tasks: [task("c")] }],
} as unknown as InfiniteData<Page>;

function task(id: string) {
  return { id, status: "pending", attempt: 0, progress: null, worker: null, worker_id: null };
}

function event(task_id: string, type: string, status: string, more: object = {}): TaskEvent {
  return { task_id, type, status, round: 0, attempt: 1, worker_id: null, details: null, ...more } as TaskEvent;
}

const NAMES = new Map([["w1", "mac-mini"]]);
const nameOf = (id: string) => NAMES.get(id);

test("rows take on what happened, in order, and stay where they are", () => {
  const events = [
    event("b", "claimed", "claimed", { worker_id: "w1" }),
    event("b", "progress", "running", { worker_id: "w1", details: { percent: 40, step: "page 2" } }),
  ];
  const { pages } = patched(list, events, nameOf);
  expect(pages[0]?.tasks.map(({ id, status }) => `${id} ${status}`)).toEqual(["a pending", "b running"]);
  expect(pages[0]?.tasks[1]).toMatchObject({ worker: "mac-mini", attempt: 1, progress: { percent: 40 } });
  // What is not concerned is not drawn again.
  expect(pages[1]).toBe(list.pages[1]);
  expect(pages[0]?.tasks[0]).toBe(list.pages[0]?.tasks[0]);
});

test("of a worker whose name is not known yet, no other name is shown", () => {
  const held = { pageParams: [{}], pages: [{ tasks: [{ ...task("a"), worker_id: "w1", worker: "mac-mini" }] }] };
  const again = [event("a", "claimed", "claimed", { worker_id: "w2" })];
  const { pages } = patched(held as unknown as InfiniteData<Page>, again, nameOf);
  expect(pages[0]?.tasks[0]).toMatchObject({ worker_id: "w2", worker: null });
});

test("events of other tasks change nothing", () => {
  expect(patched(list, [event("z", "succeeded", "succeeded")], nameOf)).toBe(list);
});
