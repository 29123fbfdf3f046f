import { expect, test } from "vitest";
import { detailsInWords, type Line, NOTHING, withLive, withNewest, withOlder } from "./history";

const line = (id: number): Line => ({ id, type: "progress", details: null }) as unknown as Line;
const from = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, at) => line(first + at));
const ids = ({ lines }: { lines: readonly Line[] }) => lines.map(({ id }) => id);

test("a short history is whole, the newest first, and grows as it happens", () => {
  const known = withNewest(NOTHING, from(1, 3));
  expect(ids(known)).toEqual([3, 2, 1]);
  expect(known.isWhole).toBe(true);
  expect(withLive(known, [line(4), line(3)])).toEqual({ lines: [4, 3, 2, 1].map(line), isWhole: true });
});

test("of a long one the rest is asked for", () => {
  const tail = withNewest(NOTHING, from(101, 300));
  expect(tail.isWhole).toBe(false);
  const more = withOlder(tail, 101, from(1, 100), true);
  expect(more.lines).toHaveLength(300);
  expect(more.isWhole).toBe(true);
});

test("what overlaps is one history", () => {
  const known = withLive(withOlder(withNewest(NOTHING, from(101, 300)), 101, from(1, 100), true), from(301, 310));
  const next = withNewest(known, from(111, 310));
  expect(next.lines).toHaveLength(310);
  expect(next.isWhole).toBe(true);
});

test("no hole is passed over in silence", () => {
  const known = withLive(withNewest(NOTHING, from(1, 3)), [line(900)]);
  const next = withNewest(known, from(701, 900));
  expect(ids(next)).toEqual(
    from(701, 900)
      .map(({ id }) => id)
      .reverse(),
  );
  expect(next.isWhole).toBe(false);
});

test("a page that stays open for days keeps the newest", () => {
  const many = withLive(withNewest(NOTHING, from(1, 3)), from(4, 6_000));
  expect(many.lines).toHaveLength(5_000);
  expect(many.lines[0]?.id).toBe(6_000);
  expect(many.isWhole).toBe(false);
});

test("whoever reads on in a long one that goes on keeps what they have read", () => {
  const full = withLive(withNewest(NOTHING, from(2_001, 2_200)), from(2_201, 7_000));
  const waiting = withLive(full, [line(7_001)], 2_001);
  expect([waiting.lines.length, waiting.lines.at(-1)?.id]).toEqual([5_001, 2_001]);
  const read = withLive(withOlder(waiting, 2_001, from(1_501, 2_000), false), [line(7_002)], 2_001);
  expect([read.lines.length, read.lines.at(-1)?.id, read.isWhole]).toEqual([5_502, 1_501, false]);
  const end = withLive(withOlder(read, 1_501, from(1_001, 1_500), true), [line(7_003)], 1_501);
  expect([end.lines.length, end.isWhole]).toEqual([6_003, true]);
});

test("an answer that comes after it began anew leaves no hole", () => {
  const anew = withNewest(withNewest(NOTHING, from(501, 700)), from(1_001, 1_200));
  expect(withOlder(anew, 501, from(1, 500), true)).toEqual(anew);
  expect(withOlder(anew, 1_001, from(501, 1_000), false).lines).toHaveLength(700);
});

test("progress in words", () => {
  const details = { percent: 41.6, step: "r/stocks", counters: { posts_seen: 1200 } };
  expect(detailsInWords({ type: "progress", details })).toBe("r/stocks · 42 % · 1,200 posts seen");
  expect(detailsInWords({ type: "failed", details: { error: { type: "Refused", message: "no" }, result: {} } })).toBe(
    "type: Refused · message: no",
  );
  expect(detailsInWords({ type: "created", details: null })).toBe("");
});
