import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { paced } from "./paced";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("the first comes at once, what follows together, at most once in a pause", () => {
  const batches: number[][] = [];
  const { add } = paced<number>((batch) => batches.push(batch), 250);
  for (const one of [1, 2, 3]) add(one);
  expect(batches).toEqual([[1]]);
  vi.advanceTimersByTime(249);
  add(4);
  expect(batches).toEqual([[1]]);
  vi.advanceTimersByTime(1);
  expect(batches).toEqual([[1], [2, 3, 4]]);
  vi.advanceTimersByTime(10_000);
  add(5);
  expect(batches).toEqual([[1], [2, 3, 4], [5]]);
});

test("nothing comes after the end", () => {
  const batches: number[][] = [];
  const { add, stop } = paced<number>((batch) => batches.push(batch), 250);
  add(1);
  add(2);
  stop();
  vi.advanceTimersByTime(1_000);
  expect(batches).toEqual([[1]]);
});

test("while nobody looks nothing is drawn, and then all of it", () => {
  let isHidden = true;
  const batches: number[][] = [];
  const { add, go, waiting } = paced<number>(
    (batch) => batches.push(batch),
    250,
    () => isHidden,
  );
  for (const one of [1, 2, 3]) add(one);
  vi.advanceTimersByTime(60_000);
  expect(batches).toEqual([]);
  expect(waiting()).toBe(3);
  isHidden = false;
  go();
  expect(batches).toEqual([[1, 2, 3]]);
});
