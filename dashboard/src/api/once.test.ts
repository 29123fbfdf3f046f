import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { once } from "./once";
import { ApiError, unreachable } from "./problem";

let keys: string[];
const made = async (header: { "Idempotency-Key": string }) => keys.push(header["Idempotency-Key"]);
const failing = (error: Error) => async (header: { "Idempotency-Key": string }) => {
  await made(header);
  throw error;
};
const refusal = (status: number) => new ApiError({ status, detail: "", errors: [] });

beforeEach(() => {
  const kept = new Map<string, string>();
  vi.stubGlobal("localStorage", {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
    removeItem: (name: string) => void kept.delete(name),
  });
  vi.useFakeTimers();
  keys = [];
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test("a double click asks for one thing, the next click for another", async () => {
  await Promise.all([once("task", { a: 1 }, made), once("task", { a: 1 }, made)]);
  await once("task", { a: 1 }, made);
  expect([keys[0] === keys[1], keys[1] === keys[2]]).toEqual([true, false]);
});

test.each([unreachable(), refusal(503), refusal(401)])(
  "after %s it may have been made: the same key",
  async (error) => {
    await expect(once("task", { a: 1 }, failing(error))).rejects.toBe(error);
    await once("task", { a: 1 }, made);
    expect(new Set(keys).size).toBe(1);
  },
);

test("something else, something refused and something much later are not the same", async () => {
  await once("task", { a: 1 }, failing(unreachable())).catch(() => null);
  await once("task", { a: 2 }, failing(refusal(422))).catch(() => null);
  await once("task", { a: 2 }, failing(unreachable())).catch(() => null);
  vi.advanceTimersByTime(2 * 3_600_000);
  await once("task", { a: 2 }, made);
  expect(new Set(keys).size).toBe(4);
});
