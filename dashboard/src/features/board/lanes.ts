import type { TaskStatus } from "@/ui/statuses";
import type { Board, Card } from "./queries";

/** A lane shows the tasks of one state; being claimed is a moment of running, and would make the board jump. */
export interface Lane {
  name: TaskStatus;
  total: number;
  capped: boolean;
  cards: Card[];
}

const OF: Partial<Record<TaskStatus, TaskStatus>> = { claimed: "running", blocked: "scheduled" };
const ALWAYS: readonly TaskStatus[] = ["pending", "running", "succeeded", "failed", "cancelled"];

export function laneOf(status: TaskStatus): TaskStatus {
  return OF[status] ?? status;
}

/** What is shown of a board: lanes that have something, and those that work passes through. */
export function lanesOf(board: Board): Lane[] {
  const lanes = new Map<TaskStatus, Lane>();
  for (const { status, total, tasks } of board.columns) {
    const name = laneOf(status);
    const lane = lanes.get(name) ?? { name, total: 0, capped: false, cards: [] };
    lane.total += total.count;
    lane.capped ||= total.capped;
    lane.cards = [...lane.cards, ...tasks];
    lanes.set(name, lane);
  }
  const asks = (lanes.get("awaiting_approval")?.total ?? 0) > 0;
  return [...lanes.values()].filter(
    ({ name, total }) => total > 0 || ALWAYS.includes(name) || (name === "rejected" && asks),
  );
}

/** The board as if these cards were where somebody has dropped them: shown at once, whatever the server says later. */
export function withMoves(board: Board, moves: ReadonlyMap<string, TaskStatus>): Board {
  if (moves.size === 0) return board;
  const moved = new Map<TaskStatus, Card[]>();
  const left = board.columns.map((column) => {
    const stay: Card[] = [];
    for (const card of column.tasks) {
      const to = moves.get(card.id);
      if (to && to !== column.status) moved.set(to, [...(moved.get(to) ?? []), { ...card, status: to }]);
      else stay.push(card);
    }
    return { ...column, tasks: stay, total: { ...column.total, count: column.total.count - gone(column.tasks, stay) } };
  });
  const columns = left.map((column) => {
    const come = moved.get(column.status) ?? [];
    const total = { ...column.total, count: column.total.count + come.length };
    return { ...column, total, tasks: [...come, ...column.tasks] };
  });
  return { ...board, columns };
}

function gone(before: Card[], after: Card[]): number {
  return before.length - after.length;
}
