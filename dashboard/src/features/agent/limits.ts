import type { BudgetUse, Decision, Limit } from "./queries";

const MICROS = 1_000_000;
/** From this share on a limit is nearly used up; the API tells people at the same one. */
const NEAR = 80;

/** What is counted, for people. */
export const UNITS: Record<Limit["unit"], string> = {
  tasks: "tasks",
  calls: "calls",
  tokens: "tokens",
  usd_micros: "dollars",
};

export function amountOf(unit: Limit["unit"], value: number): string {
  if (unit !== "usd_micros") return value.toLocaleString("en");
  return `$${(value / MICROS).toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 4 })}`;
}

/** As it is entered: dollars, not millionths of one. */
export function enteredOf({ unit, most }: Limit): number {
  return unit === "usd_micros" ? most / MICROS : most;
}

export function mostOf(unit: Limit["unit"], entered: number): number {
  return Math.round(unit === "usd_micros" ? entered * MICROS : entered);
}

export function nameOf({ scope, unit, window }: Limit): string {
  const whose = scope === "all" ? "All" : scope === "adviser" ? "Advice" : scope;
  return `${whose}: ${UNITS[unit]} in any ${window}`;
}

export interface Standing {
  percent: number;
  word: "" | "nearly used up" | "used up" | "nothing allowed";
  color: string;
}

export function standingOf({ limit, used }: BudgetUse): Standing {
  if (limit.most === 0) return { percent: 100, word: "nothing allowed", color: "gray" };
  const percent = Math.min(100, (100 * used) / limit.most);
  if (used >= limit.most) return { percent, word: "used up", color: "red" };
  return percent >= NEAR ? { percent, word: "nearly used up", color: "orange" } : { percent, word: "", color: "claw" };
}

const OVER: readonly string[] = ["succeeded", "failed", "cancelled", "rejected"];

/** What undoing it would do; empty: there is nothing to undo. */
export function undoOf({ kind, undone_at, tasks }: Decision): string {
  if (undone_at) return "";
  if (kind === "escalate") return "Its alert ends, and the agent does not raise it again for the same reason.";
  const open = tasks.filter(({ status }) => status !== null && !OVER.includes(status)).length;
  if (open === 0) return "";
  return `${open} open ${open === 1 ? "task" : "tasks"} of it ${open === 1 ? "is" : "are"} cancelled. What has ended stays as it is.`;
}
