import { type InfiniteData, useQueryClient } from "@tanstack/react-query";
import { PLANS, type PlanDetail } from "@/api/plans";
import type { components } from "@/api/schema";
import { useRefresh } from "@/live/useRefresh";

type Pages = InfiniteData<components["schemas"]["StepPage"] | components["schemas"]["PartPage"]>;

const PAUSE_MS = 500;

/** What a plan tells of itself changes it; so does what happens to the tasks of it that are on show. */
export function useLivePlan(id: string): void {
  const client = useQueryClient();
  const queryKey = [PLANS, "one", id];

  function isShown(task: string): boolean {
    return client.getQueriesData<PlanDetail | Pages>({ queryKey }).some(([, data]) => {
      if (!data) return false;
      if ("first_steps" in data) return data.first_steps.some(({ task_id }) => task_id === task);
      return data.pages.some((page) =>
        ("steps" in page ? page.steps : page.parts).some(({ task_id }) => task_id === task),
      );
    });
  }

  useRefresh([queryKey], PAUSE_MS, ({ plan_id, task_id }) => plan_id === id || (!plan_id && isShown(task_id)));
}
