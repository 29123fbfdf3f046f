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
  const more = withOlder(tail, from(1, 100), true);
  expect(more.lines).toHaveLength(300);
  expect(more.isWhole).toBe(true);
});

test("what overlaps is one history", () => {
  const known = withLive(withOlder(withNewest(NOTHING, from(101, 300)), from(1, 100), true), from(301, 310));
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

test("progress in words", () => {
  const details = { percent: 41.6, step: "r/stocks", counters: { posts_seen: 1200 } };
  expect(detailsInWords({ type: "progress", details })).toBe("r/stocks · 42 % · 1,200 posts seen");
  expect(detailsInWords({ type: "failed", details: { error: { type: "Refused", message: "no" }, result: {} } })).toBe(
    "type: Refused · message: no",
  );
  expect(detailsInWords({ type: "created", details: null })).toBe("");
});
