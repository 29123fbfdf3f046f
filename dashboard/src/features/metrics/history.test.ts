import { expect, test } from "vitest";
import type { components } from "@/api/schema";
import { csvText } from "@/ui/tables/csv";
import { isEmpty } from "./figure";
import { freshOverTime, inHands, largest, queueLength } from "./history";

const nothing = { moments: 0, waiting: null, most_waiting: null, held: null, fresh: null, queues: {}, sources: {} };
const VIEW: components["schemas"]["HistoryView"] = {
  per: "hour",
  fresh_hours: 24,
  buckets: [
    { ...nothing, start: "2026-03-01T07:00:00Z" },
    {
      start: "2026-03-01T08:00:00Z",
      moments: 60,
      waiting: 7,
      most_waiting: 12,
      held: 2,
      fresh: 0.755,
      queues: { echo: { waiting: 4, held: 2 }, delay: { waiting: 3, held: 0 } },
      sources: { reddit: 0.5, sec: null },
    },
    {
      start: "2026-03-01T09:00:00Z",
      moments: 30,
      waiting: 1.5,
      most_waiting: 2,
      held: 0,
      fresh: 1,
      queues: { delay: { waiting: 1.5, held: 0 } },
      sources: { reddit: 1 },
    },
  ],
};

test("what waited is told by capability; a time that nobody wrote down is a gap, and no zero", () => {
  const { columns, rows, label } = queueLength(VIEW, "Europe/Berlin");
  expect(columns).toEqual(["hour", "the most at once", "delay", "echo"]);
  expect(rows.map(([, ...numbers]) => numbers)).toEqual([
    [null, null, null],
    [12, 3, 4],
    [2, 1.5, 0],
  ]);
  expect(label?.("2026-03-01T08:00:00Z")).toBe("03-01 09:00");
  expect(inHands(VIEW, "UTC").columns).toEqual(["hour", "echo"]);
  expect(isEmpty(inHands({ ...VIEW, buckets: [] }, "UTC"))).toBe(true);
});

test("of many capabilities the largest have a name, and the others one together", () => {
  const names = Array.from({ length: 12 }, (_, place) => `c${place}`);
  const queues = Object.fromEntries(names.map((name, place) => [name, { waiting: place, held: 0 }]));
  const bucket = { ...nothing, start: "2026-03-01T08:00:00Z", moments: 1, waiting: 66, most_waiting: 66, queues };
  expect(largest([bucket], "waiting", 2)).toEqual(["c11", "c10"]);
  const { columns, rows } = queueLength({ ...VIEW, buckets: [bucket] }, "UTC");
  expect(columns.length).toBe(11);
  expect(columns.at(-1)).toBe("others");
  expect(rows[0]?.at(-1)).toBe(1 + 2 + 3);
});

test("freshness is in per cent, by source and altogether", () => {
  const { columns, rows } = freshOverTime(VIEW, "UTC");
  expect(csvText(columns, rows)).toBe(
    "hour,all sources,reddit,sec\r\n2026-03-01T07:00:00Z,,,\r\n2026-03-01T08:00:00Z,75.5,50,\r\n2026-03-01T09:00:00Z,100,100,\r\n",
  );
});
