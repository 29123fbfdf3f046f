import type { Workspace } from "@/api/workspaces";

/** What a workspace uses, each with its limit where it has one. */
export function usageOf(of: Workspace): { open: string; hour: string; day: string } {
  const within = (used: string, limit: string | null) => (limit === null ? used : `${used} of ${limit}`);
  const whole = (limit: number | null) => (limit === null ? null : limit.toLocaleString("en"));
  return {
    open: within(of.open_now.toLocaleString("en"), whole(of.open_tasks)),
    hour: within(of.last_hour.toLocaleString("en"), whole(of.tasks_per_hour)),
    day: within(`$${of.cost_today.toFixed(2)}`, of.cost_per_day === null ? null : `$${of.cost_per_day}`),
  };
}
