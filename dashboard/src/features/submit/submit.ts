import { answerOf, api } from "@/api/client";
import { once } from "@/api/once";
import { bodyOf } from "./body";
import type { Draft } from "./TaskForm";

/** Create one task or many; the ids of all. */
export function submit(draft: Draft, hasTicker: boolean, parent: string | undefined): Promise<string[]> {
  const body = bodyOf(draft, hasTicker, parent);
  return once("task", body, async (header) => {
    if (body.template) {
      const created = await answerOf(api.POST("/api/v1/tasks/batch", { body, params: { header } }));
      return created.task_ids;
    }
    // Not as a batch of one: its errors would stand at `tasks.0.params`.
    const [task] = body.tasks ?? [];
    const created = await answerOf(api.POST("/api/v1/tasks", { body: task as never, params: { header } }));
    return "id" in created ? [created.id] : created.task_ids;
  });
}
