import type { PlanDetail, Step } from "@/api/plans";

const OVER = ["succeeded", "failed", "skipped", "cancelled"];

/** Where a plan stands, in one line. */
export function stateInWords({ done, steps, active, counts, round }: PlanDetail): string {
  const review = counts.review ?? 0;
  const said = [`${count(done)} of ${count(steps)} ${steps === 1 ? "step" : "steps"} over`];
  if (active) said.push(`${count(active)} ${active === 1 ? "task" : "tasks"} under way`);
  if (review) said.push(`${count(review)} ${review === 1 ? "waits" : "wait"} for review`);
  if (counts.failed) said.push(`${count(counts.failed)} failed`);
  if (counts.skipped) said.push(`${count(counts.skipped)} skipped`);
  if (round) said.push(`round ${round + 1}`);
  return said.join(" · ");
}

/** What it has cost so far, as far as the results say it. */
export function costInWords({ cost_usd, tokens }: Pick<PlanDetail, "cost_usd" | "tokens">): string {
  if (!cost_usd && !tokens) return "nothing so far";
  return [dollars(cost_usd), `${count(tokens)} tokens`].join(", ");
}

export function dollars(usd: number): string {
  return `$${usd.toFixed(usd > 0 && usd < 0.01 ? 4 : 2)}`;
}

/** Of a step that runs, what its task does says more: it may wait for a worker, or for a person's yes. */
export function shownStatus({ status, task_status }: Pick<Step, "status" | "task_status">): string {
  return status === "running" && task_status && !OVER.includes(task_status) ? task_status : status;
}

/** How many of its entries are over well; nothing of a step that is one task, or whose entries are not known yet. */
export function entriesInWords({ parts, succeeded, failed, active }: Step): string {
  if (parts === null || parts === 1) return "";
  const others = [failed ? `${count(failed)} failed` : "", active ? `${count(active)} under way` : ""].filter(Boolean);
  return [`${count(succeeded)} of ${count(parts)}`, ...others].join(", ");
}

export function count(number: number): string {
  return number.toLocaleString("en");
}

/** The object that somebody typed as JSON; undefined: it is none. */
export function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
