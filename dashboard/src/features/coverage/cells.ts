import {
  type Icon,
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleHalf2,
  IconCircleX,
  IconClock,
} from "@tabler/icons-react";
import type { components } from "@/api/schema";
import { CELL_STATES, type CellState } from "./states";

export type Cell = components["schemas"]["CoverageCellView"];
type CoveragePage = components["schemas"]["CoverageView"];

export const LOOKS: Record<CellState, { label: string; icon: Icon; color: string; says: string }> = {
  fresh: { label: "Fresh", icon: IconCircleCheck, color: "green", says: "Collected lately." },
  stale: { label: "Stale", icon: IconClock, color: "yellow", says: "Collected too long ago." },
  part: {
    label: "In part",
    icon: IconCircleHalf2,
    color: "yellow",
    says: "Collected lately, but not all of it: fewer places, a shorter time or less than usual. To collect it now is to look everywhere.",
  },
  failing: { label: "Failing", icon: IconCircleX, color: "red", says: "It has failed since its last success." },
  never: {
    label: "No success",
    icon: IconAlertTriangle,
    color: "orange",
    says: "It was tried, and has never succeeded.",
  },
  empty: { label: "Empty", icon: IconCircleDashed, color: "gray", says: "It succeeded, and the source had nothing." },
  unasked: { label: "Not yet", icon: IconCircleDashed, color: "gray", says: "Nobody has collected it yet." },
};

export interface Row {
  ticker: string;
  /** In the order of the sources; null where nothing was ever asked. */
  cells: (Cell | null)[];
}

export function stateOf(cell: Cell | null): CellState {
  if (!cell) return "unasked";
  if (cell.state === "fresh" && cell.record_count === 0) return "empty";
  return CELL_STATES.find((each) => each === cell.state) ?? "never";
}

/**
 * Every ticker that was ever collected, and every one that is tracked, as far as the pages that are loaded reach. The
 * last page has no `next`, and reaches to the end.
 */
export function rowsOf(pages: CoveragePage[], tracked: string[], hours: number, now = new Date()): Row[] {
  const sources = pages[0]?.sources ?? [];
  const end = pages.at(-1)?.next;
  const found = new Map(pages.flatMap(({ tickers }) => tickers).map(({ ticker, cells }) => [ticker, cells]));
  for (const ticker of tracked) if (!found.has(ticker) && (!end || ticker <= end)) found.set(ticker, []);
  return [...found]
    .map(([ticker, cells]) => ({
      ticker,
      cells: sources.map((source) => inPart(cells.find((cell) => cell.source === source) ?? null, hours, now)),
    }))
    .sort((one, other) => (one.ticker < other.ticker ? -1 : 1));
}

/** What is called stale although its last success is young: that one did not look at all there is. */
function inPart(cell: Cell | null, hours: number, now: Date): Cell | null {
  if (cell?.state !== "stale" || !cell.last_success_at) return cell;
  const isYoung = now.getTime() - new Date(cell.last_success_at).getTime() < hours * 3_600_000;
  return isYoung ? { ...cell, state: "part" } : cell;
}

export function narrowed(rows: Row[], ticker: string | undefined, state: CellState | undefined): Row[] {
  const begins = ticker?.replace(/^\$/, "").toUpperCase();
  return rows.filter(
    (row) =>
      (!begins || row.ticker.startsWith(begins)) && (!state || row.cells.some((cell) => stateOf(cell) === state)),
  );
}
