import { describe, expect, it } from "vitest";
import { type Bar, nearest, place, rowsOf } from "./layout";
import { moved, ticksOf, windowOf, zoomed } from "./window";

const NOON = new Date("2026-03-01T12:00:00Z").getTime();
const MINUTE = 60_000;

function bar(worker: string | null, from: number, to: number | null, attempt: number | null = 1): Bar {
  const at = (minutes: number) => new Date(NOON + minutes * MINUTE).toISOString();
  return {
    worker,
    ticker: null,
    attempt,
    task_type: "delay",
    start: at(from),
    end: to === null ? null : at(to),
  } as Bar;
}

describe("the lines of a timeline", () => {
  const window = { since: NOON - 60 * MINUTE, until: NOON };

  it("are one for each worker, more where work overlaps, and those without a worker come last", () => {
    const bars = [bar(null, -5, null, null), bar("mac", -30, -20), bar("mac", -25, -10), bar("mac", -15, -5)];
    const rows = rowsOf([...bars, bar("arm", -9, null)], "worker", window, NOON);
    expect(rows.map(({ lane, isFirst, bars: own }) => [lane, isFirst, own.length])).toEqual([
      ["arm", true, 1],
      ["mac", true, 2],
      ["mac", false, 1],
      ["No worker yet", true, 1],
    ]);
  });

  it("have bars that end within the window, and can be seen", () => {
    expect(place(bar("mac", -90, -30), window, NOON)).toEqual({ left: 0, width: 50 });
    expect(place(bar("mac", -30, null), window, NOON)).toEqual({ left: 50, width: 50 });
    expect(place(bar("mac", -30, -30), window, NOON).width).toBeGreaterThan(0);
  });

  it("are touched where a finger comes near a bar, and the nearest one is meant", () => {
    const [early, late] = [bar("mac", -60, -45), bar("mac", -30, -15)];
    const touched = (at: number) => nearest([early, late], at, 5, window, NOON);
    expect([10, 28, 36, 47, 50, 60].map(touched)).toEqual([early, early, undefined, late, late, late]);
    expect(nearest([], 10, 5, window, NOON)).toBe(undefined);
  });
});

describe("the window", () => {
  it("follows the clock, with room for what is scheduled, and moves in steps", () => {
    const { since, until } = windowOf("1h", undefined, new Date(NOON));
    expect([until - since, until - NOON]).toEqual([60 * MINUTE, 12 * MINUTE]);
    expect(windowOf("1h", undefined, new Date(NOON + 59_000)).until).toBe(until + MINUTE);
  });

  it("keeps its middle when it is zoomed, and is moved by parts", () => {
    const window = windowOf("6h", "2026-03-01T12:00:00Z", new Date(NOON));
    expect(zoomed("6h", -1, window, false)).toEqual({ span: "1h", until: "2026-03-01T09:30:00.000Z" });
    expect(zoomed("31d", 1, window, true)).toEqual({ span: "31d", until: undefined });
    expect(moved(window, 0.5)).toBe("2026-03-01T15:00:00.000Z");
  });

  it("has ticks at round times of the zone", () => {
    const window = { since: NOON, until: NOON + 60 * MINUTE };
    const labels = ticksOf(window, "Asia/Kolkata", 7).map(({ label }) => label);
    expect(labels).toEqual(["17:30", "17:40", "17:50", "18:00", "18:10", "18:20"]);
    const days = ticksOf({ since: NOON, until: NOON + 7 * 24 * 60 * MINUTE }, "UTC", 8).map(({ label }) => label);
    expect(days).toEqual(["03-02", "03-03", "03-04", "03-05", "03-06", "03-07", "03-08"]);
  });
});
