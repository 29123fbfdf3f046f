import { isHeld, withWork } from "@/live/patches";
import { heardSince } from "@/live/recent";
import type { TaskEvent } from "@/live/stream";
import type { TaskStatus } from "@/ui/statuses";
import { withMoves } from "./lanes";
import type { Board, Card } from "./queries";

/** The board with these events in it: cards that are on show change and move; the next load has the rest. */
export function withEvents(board: Board, events: TaskEvent[], workerName: (id: string) => string | undefined): Board {
  const news = new Map<string, TaskEvent[]>();
  for (const event of events) news.set(event.task_id, [...(news.get(event.task_id) ?? []), event]);
  const moves = new Map<string, TaskStatus>();
  let concerned = false;
  const columns = board.columns.map((column) => {
    if (!column.tasks.some(({ id }) => news.has(id))) return column;
    concerned = true;
    const tasks = column.tasks.map((card) => {
      const own = news.get(card.id);
      if (!own) return card;
      const last = own.at(-1);
      if (last) moves.set(card.id, last.status);
      return own.reduce((changed, event) => after(changed, event, workerName), card);
    });
    return { ...column, tasks };
  });
  return concerned ? withMoves({ ...board, columns }, moves) : board;
}

/** An answer, with what was heard while it was on its way. */
export function upToDate(board: Board, asked: number): Board {
  const since = heardSince(asked);
  const events = board.columns.flatMap(({ tasks }) => tasks.flatMap(since));
  return withEvents(board, events, () => undefined);
}

function after(card: Card, event: TaskEvent, workerName: (id: string) => string | undefined): Card {
  return {
    ...withWork(card, event, workerName),
    waiting_because: isHeld(event) ? null : card.waiting_because,
  };
}
