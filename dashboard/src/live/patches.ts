import type { InfiniteData } from "@tanstack/react-query";
import type { components } from "@/api/schema";
import { heardSince } from "./recent";
import type { TaskEvent } from "./stream";

type Task = components["schemas"]["TaskView"];
type Page = components["schemas"]["TaskPage"];

/** What an event changes in a row that is on show. The row stays where it is, and the next load has the rest. */
export function changedBy<T extends Task>(
  task: T,
  event: TaskEvent,
  workerName: (id: string) => string | undefined,
): T {
  return {
    ...withWork(task, event, workerName),
    status: event.status,
    started_at: event.type === "started" ? event.created_at : task.started_at,
  };
}

type Worked = Pick<Task, "attempt" | "retry_count" | "updated_at" | "worker_id" | "worker" | "progress">;

export function isHeld({ worker_id, status }: TaskEvent): boolean {
  return worker_id !== null && (status === "claimed" || status === "running");
}

/** Who works on it, at which attempt, and how far they are. */
export function withWork<T extends Worked>(
  task: T,
  event: TaskEvent,
  workerName: (id: string) => string | undefined,
): T {
  const holder = isHeld(event) ? event.worker_id : null;
  return {
    ...task,
    attempt: event.attempt ?? task.attempt,
    retry_count: event.round,
    updated_at: event.created_at,
    worker_id: holder ?? task.worker_id,
    // Of one whose name is not known yet, none: that of the worker before would be wrong.
    worker: holder && holder !== task.worker_id ? (workerName(holder) ?? null) : task.worker,
    progress: event.type === "progress" ? (event.details ?? task.progress) : task.progress,
  };
}

/** For the rows of an answer: with what was heard while it was on its way. */
export function upToDate<T extends Task>(asked: number): (task: T) => T {
  const since = heardSince(asked);
  return (task) => since(task).reduce((changed, event) => changedBy(changed, event, () => undefined), task);
}

/** The pages of a list with these events in them; the same object if none of its rows is concerned. */
export function patched(
  list: InfiniteData<Page>,
  events: TaskEvent[],
  workerName: (id: string) => string | undefined,
): InfiniteData<Page> {
  const news = new Map<string, TaskEvent[]>();
  for (const event of events) news.set(event.task_id, [...(news.get(event.task_id) ?? []), event]);
  let concerned = false;
  const pages = list.pages.map((page) => {
    if (!page.tasks.some((task) => news.has(task.id))) return page;
    concerned = true;
    const tasks = page.tasks.map((task) =>
      (news.get(task.id) ?? []).reduce((changed, event) => changedBy(changed, event, workerName), task),
    );
    return { ...page, tasks };
  });
  return concerned ? { ...list, pages } : list;
}
