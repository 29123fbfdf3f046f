import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { askedOnce } from "./asked";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test("what is older than a line is asked for once", () => {
  const asked = askedOnce(() => {});
  expect([asked.begin(7), asked.begin(7), asked.begin(3), asked.last()]).toEqual([true, false, true, 3]);
});

test("without an answer it is asked for again after a while, and people are told once", () => {
  const again = vi.fn(() => void asked.begin(7));
  const asked = askedOnce(again);
  asked.begin(7);
  expect(asked.fail(7)).toBe(true);
  expect(asked.begin(7)).toBe(false);
  vi.advanceTimersByTime(5_000);
  expect(again).toHaveBeenCalledOnce();
  expect(asked.begin(7)).toBe(false);
  expect(asked.fail(7)).toBe(false);
  vi.advanceTimersByTime(5_000);
  expect(again).toHaveBeenCalledTimes(2);
});

test("a failure of before does not ask twice for what is asked for by now", () => {
  const asked = askedOnce(() => {});
  asked.begin(7);
  asked.fail(7);
  asked.begin(3);
  vi.advanceTimersByTime(60_000);
  expect(asked.begin(3)).toBe(false);
});
