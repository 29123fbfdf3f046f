import type { PlanStatus } from "@/api/plans";
import { oneOf, textIn } from "@/ui/forms/search";

export const STATUSES = ["running", "succeeded", "failed", "cancelled"] as const satisfies readonly PlanStatus[];

export interface PlanFilters {
  status?: PlanStatus;
}

/** Reads the address; what cannot be meant is left out. */
export function filtersOf(search: Record<string, unknown>): PlanFilters {
  return { status: oneOf(search.status, STATUSES) };
}

/** The step that stands beside the plan. */
export function stepIn(search: Record<string, unknown>): { step?: string } {
  return { step: textIn(search.step) };
}

export function viewOf(search: Record<string, unknown>): { as?: "text" } {
  return { as: oneOf(search.as, ["text"] as const) };
}
