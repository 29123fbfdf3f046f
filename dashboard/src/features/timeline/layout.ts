import type { components } from "@/api/schema";

export type Bar = components["schemas"]["BarView"];
export type By = "worker" | "ticker" | "type";

/** A line of bars, none of which covers another. */
export interface Row {
  lane: string;
  /** Only the first line of a lane says its name. */
  isFirst: boolean;
  bars: Bar[];
}

/** A bar is drawn at least so wide, as a part of the window, so that it can be seen and hit. */
const LEAST = 0.004;

const NONE: Record<By, string> = { worker: "No worker yet", ticker: "No ticker", type: "" };

export function rowsOf(bars: Bar[], by: By, window: { since: number; until: number }, now: number): Row[] {
  const lanes = new Map<string, Bar[]>();
  for (const bar of bars) {
    const name = laneOf(bar, by);
    lanes.set(name, [...(lanes.get(name) ?? []), bar]);
  }
  const names = [...lanes.keys()].sort((one, other) => rank(one, by) - rank(other, by) || one.localeCompare(other));
  const least = LEAST * (window.until - window.since);
  return names.flatMap((lane) =>
    packed(lanes.get(lane) ?? [], least, now).map((row, place) => ({ lane, isFirst: place === 0, bars: row })),
  );
}

function laneOf(bar: Bar, by: By): string {
  const name = by === "worker" ? bar.worker : by === "ticker" ? bar.ticker : bar.task_type;
  return name ?? NONE[by];
}

function rank(lane: string, by: By): number {
  return lane === NONE[by] ? 1 : 0;
}

/** Each bar in the first line that is free by then. */
function packed(bars: Bar[], least: number, now: number): Bar[][] {
  const rows: { end: number; bars: Bar[] }[] = [];
  for (const bar of [...bars].sort((one, other) => startOf(one) - startOf(other))) {
    const end = Math.max(endOf(bar, now), startOf(bar) + least);
    const row = rows.find((each) => each.end <= startOf(bar));
    if (row) {
      row.bars.push(bar);
      row.end = end;
    } else rows.push({ end, bars: [bar] });
  }
  return rows.map((row) => row.bars);
}

/** Tells it from all others: a task has one for each attempt. */
export function keyOf(bar: Bar): string {
  return `${bar.task_id} ${bar.round} ${bar.attempt}`;
}

export function startOf(bar: Bar): number {
  return new Date(bar.start).getTime();
}

/** What goes on ends now, for the time being; what is only to start has no length. */
export function endOf(bar: Bar, now: number): number {
  if (bar.end) return new Date(bar.end).getTime();
  return bar.attempt === null ? startOf(bar) : Math.max(now, startOf(bar));
}

/** Where a bar lies, in per cent of the window. */
export function place(bar: Bar, { since, until }: { since: number; until: number }, now: number) {
  const part = (moment: number) => Math.min(Math.max((moment - since) / (until - since), 0), 1);
  const left = part(startOf(bar));
  const width = Math.max(part(endOf(bar, now)) - left, LEAST);
  return { left: 100 * Math.min(left, 1 - LEAST), width: 100 * width };
}

/** The bar that lies nearest to a place of its line, and no further from it than `within`; all in per cent of the window. */
export function nearest(
  bars: Bar[],
  at: number,
  within: number,
  window: { since: number; until: number },
  now: number,
) {
  let found: Bar | undefined;
  let least = within;
  for (const bar of bars) {
    const { left, width } = place(bar, window, now);
    const off = Math.max(left - at, at - left - width, 0);
    if (off > least || (off === least && found)) continue;
    [found, least] = [bar, off];
  }
  return found;
}
