import type { TaskEvent } from "./stream";

/** Longer than any answer is on its way. */
const KEPT_MS = 30_000;
const MOST = 2_000;
const MOST_TOLD = 5_000;

let heard: { at: number; event: TaskEvent }[] = [];
/** Of each task the number of its last event: it only rises. */
const told = new Map<string, number>();

/** False: it was heard before. Whoever breaks off in the middle of a batch is given all of it again. */
export function note(event: TaskEvent, at = Date.now()): boolean {
  if ((told.get(event.task_id) ?? 0) >= event.id) return false;
  told.delete(event.task_id);
  told.set(event.task_id, event.id);
  for (const [oldest] of told) {
    if (told.size <= MOST_TOLD) break;
    told.delete(oldest);
  }
  heard.push({ at, event });
  if (heard.length > MOST || (heard[0] && heard[0].at < at - 2 * KEPT_MS))
    heard = heard.slice(-MOST / 2).filter((each) => each.at > at - KEPT_MS);
  return true;
}

/** The database may be another one, where numbers begin anew. */
export function forgetTold(): void {
  told.clear();
}

/** Of the rows of an answer: what was heard since it was asked for, and has happened after the row was read. */
export function heardSince(asked: number): (row: { id: string; updated_at: string }) => TaskEvent[] {
  const events = grouped(asked);
  return ({ id, updated_at }) =>
    (events.get(id) ?? []).filter((event) => new Date(event.created_at) > new Date(updated_at));
}

function grouped(asked: number): Map<string, TaskEvent[]> {
  const found = new Map<string, TaskEvent[]>();
  for (const { at, event } of heard)
    if (at >= asked) found.set(event.task_id, [...(found.get(event.task_id) ?? []), event]);
  return found;
}
