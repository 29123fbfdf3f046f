import type { components } from "@/api/schema";
import { entered } from "@/ui/forms/schema";
import type { Draft } from "./TaskForm";

export type Batch = components["schemas"]["BatchSubmission"];
type Submission = components["schemas"]["Submission-Input"];

/** What is sent: what was entered, and nothing that was left empty. */
export function bodyOf(draft: Draft, hasTicker: boolean, parent: string | undefined): Batch {
  const { tickers, params, ...rest } = draft;
  const task = {
    ...entered({ ...rest, needs_approval: draft.needs_approval || null, parent_task_id: parent }),
    params: entered(params),
  } as unknown as Submission;
  if (hasTicker && tickers.length > 1) return { template: task, tickers } as Batch;
  const [ticker] = tickers;
  const alone = hasTicker && ticker ? { ...task, params: { ...task.params, ticker } } : task;
  return { tasks: [alone] } as Batch;
}
