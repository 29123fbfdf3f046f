/** Rows of a list that is on show, put in place of what they were. */
import { type InfiniteData, replaceEqualDeep } from "@tanstack/react-query";
import type { components } from "@/api/schema";
import type { Task } from "@/api/tasks";
import { upToDate } from "@/live/patches";

type TaskPage = components["schemas"]["TaskPage"];
type List = InfiniteData<TaskPage>;
type Total = Pick<TaskPage, "total" | "total_capped">;

export function heldOf(list: List): Set<string> {
  return new Set(list.pages.flatMap(({ tasks }) => tasks.map(({ id }) => id)));
}

/** Rows as they are now. Those of `asked` that are not among them are gone. Where each stands does not change. */
export function withRows(list: List, rows: Task[], asked: string[], { total, total_capped }: Total): List {
  const known = new Map(rows.map((task) => [task.id, task]));
  const gone = new Set(asked.filter((id) => !known.has(id)));
  const pages = list.pages.map((page) => ({
    ...page,
    total,
    total_capped,
    tasks: page.tasks.filter(({ id }) => !gone.has(id)).map((task) => known.get(task.id) ?? task),
  }));
  // What is the same stays the same object, and is not drawn again.
  return replaceEqualDeep(list, { ...list, pages });
}

/** With what was heard while a page was on its way: the answer has the pages before it as they were when it was asked for. */
export function withHeard(list: List, since: number): List {
  const heard = upToDate(since);
  return replaceEqualDeep(list, {
    ...list,
    pages: list.pages.map((page) => ({ ...page, tasks: page.tasks.map(heard) })),
  });
}
