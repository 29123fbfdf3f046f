import type { Bulk, NewBulk } from "@/api/bulk";
import type { components } from "@/api/schema";
import type { Task, TaskFilters } from "@/api/tasks";

export type BulkAction = components["schemas"]["BulkAction"];

/** What the API takes as "only these" at most. */
export const MOST_SELECTED = 1_000;

/** What is selected: some rows, or whatever matches the filters on show. */
export type Scope = { kind: "rows"; tasks: Task[] } | { kind: "matching"; filters: TaskFilters };

const RETRYABLE: NewBulk["filter"]["status"] = ["failed", "cancelled", "rejected", "succeeded"];

/** The filter of an action. Rows that somebody has picked are meant whatever became of them; "all" only if it failed. */
export function filterOf(scope: Scope, action: BulkAction): NewBulk["filter"] {
  if (scope.kind === "rows") {
    const ids = scope.tasks.map(({ id }) => id);
    return action === "retry" ? { ids, status: RETRYABLE } : { ids };
  }
  const { sort: _, ...filter } = scope.filters;
  return filter;
}

const VERBS: Record<BulkAction, [ask: string, doing: string, done: string]> = {
  cancel: ["Cancel", "Cancelling", "Cancelled"],
  retry: ["Retry", "Retrying", "Retried"],
  reprioritise: ["Reprioritise", "Reprioritising", "Reprioritised"],
  tag: ["Tag", "Tagging", "Tagged"],
  edit: ["Edit", "Editing", "Edited"],
  delete: ["Delete", "Deleting", "Deleted"],
  release: ["Release", "Releasing", "Released"],
};

export function verbsOf(action: BulkAction): { ask: string; doing: string; done: string } {
  const [ask, doing, done] = VERBS[action];
  return { ask, doing, done };
}

/** "1 task", "10,000+ tasks" */
export function tasksOf({ count, capped }: Pick<Bulk, "count" | "capped">): string {
  return `${count.toLocaleString("en")}${capped ? "+" : ""} ${count === 1 && !capped ? "task" : "tasks"}`;
}

/** How far it is, in per cent; counting has an end, so that it may be more than was counted. */
export function share({ count, done, skipped, state }: Pick<Bulk, "count" | "done" | "skipped" | "state">): number {
  if (state === "done") return 100;
  return count ? Math.min(99, Math.floor(((done + skipped) / count) * 100)) : 0;
}

/** One sentence about an action that is over. */
export function outcomeOf(bulk: Bulk): string {
  const { done } = verbsOf(bulk.action);
  const skipped = bulk.skipped ? ` ${bulk.skipped.toLocaleString("en")} had meanwhile become something else.` : "";
  const stopped = bulk.state === "stopped" ? " The rest was left alone." : "";
  return `${done}: ${bulk.done.toLocaleString("en")}.${skipped}${stopped}`;
}
