import { expect, test } from "vitest";
import { forgetTold, heardSince, note } from "./recent";
import type { TaskEvent } from "./stream";

let id = 0;

function event(task_id: string, status: string, second: number): TaskEvent {
  id += 1;
  return { id, task_id, status, type: status, created_at: `2026-03-01T08:00:0${second}Z` } as TaskEvent;
}

test("an answer that was on its way does not take back what was heard meanwhile", () => {
  note(event("a", "claimed", 1), 900);
  note(event("a", "running", 2), 1_100);
  note(event("a", "cancelled", 4), 1_200);
  note(event("b", "running", 2), 1_200);
  const since = heardSince(1_000);
  const statuses = (id: string, updated_at: string) => since({ id, updated_at }).map(({ status }) => status);
  expect(statuses("a", "2026-03-01T08:00:00Z")).toEqual(["running", "cancelled"]);
  // Of what the answer knows already, nothing is said again.
  expect(statuses("a", "2026-03-01T08:00:03Z")).toEqual(["cancelled"]);
  expect(statuses("c", "2026-03-01T08:00:00Z")).toEqual([]);
});

test("what is told a second time, after the stream was cut, does not take a row back", () => {
  const [running, succeeded] = [event("d", "running", 1), event("d", "succeeded", 2)];
  expect([note(running), note(succeeded)]).toEqual([true, true]);
  expect([note(running), note(succeeded)]).toEqual([false, false]);
  // Another database counts anew.
  forgetTold();
  expect(note(running)).toBe(true);
});
