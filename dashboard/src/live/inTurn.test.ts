import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { inTurn } from "./inTurn";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Work of which the test says when it is done. */
function work() {
  const ends: (() => void)[] = [];
  const begin = () => new Promise<void>((done) => ends.push(done));
  return { begin, ends };
}

test("answers that take longer than things take to happen come all the same", async () => {
  const { begin, ends } = work();
  const { want } = inTurn(begin, 1_000);
  for (let second = 0; second < 10; second++) {
    want();
    await vi.advanceTimersByTimeAsync(1_000);
  }
  expect(ends).toHaveLength(1);
  ends[0]?.();
  await vi.advanceTimersByTimeAsync(1_000);
  // What happened meanwhile is asked for, once.
  expect(ends).toHaveLength(2);
  ends[1]?.();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(ends).toHaveLength(2);
});

test("it goes on after a failure, and not after its end", async () => {
  let begun = 0;
  const { want, stop } = inTurn(() => Promise.reject(new Error(String(++begun))), 1_000);
  want();
  await vi.advanceTimersByTimeAsync(1_000);
  want();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(begun).toBe(2);
  want();
  stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(begun).toBe(2);
});
