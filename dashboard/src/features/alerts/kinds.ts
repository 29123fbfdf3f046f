import { span } from "@/ui/time/moments";
import type { RuleBody, RuleKind } from "./queries";

export type Setting = "task_types" | "window_seconds" | "for_seconds" | "threshold" | "min_tasks";

interface Kind {
  label: string;
  /** Which settings mean something to it; the API refuses the others. */
  uses: Setting[];
  /** What its threshold counts, and what it is if none is set. */
  unit?: string;
  usual?: number;
}

export const KINDS: Record<RuleKind, Kind> = {
  task_failed: { label: "A task failed", uses: ["task_types", "window_seconds"] },
  attempt_failed: { label: "An attempt failed and is retried", uses: ["task_types", "window_seconds"] },
  task_succeeded: { label: "A task succeeded", uses: ["task_types", "window_seconds"] },
  failure_rate: {
    label: "Many tasks fail",
    uses: ["task_types", "window_seconds", "threshold", "min_tasks"],
    unit: "percent",
    usual: 50,
  },
  task_stuck: { label: "A task is stuck", uses: ["task_types", "for_seconds"] },
  queue_stalled: { label: "A queue stands still", uses: ["for_seconds", "threshold"], unit: "tasks", usual: 1 },
  worker_offline: { label: "A worker is gone", uses: ["for_seconds"] },
  worker_online: { label: "A worker came", uses: ["window_seconds"] },
  freshness_missed: { label: "Data is too old", uses: ["threshold"], unit: "times the target", usual: 1 },
  budget_near: { label: "The agent's budget is nearly used", uses: [] },
  agent_escalation: { label: "The agent needs a person", uses: [] },
  symbol_trends: { label: "A symbol trends that nobody tracks", uses: [] },
  trigger_halted: { label: "A trigger was paused", uses: [] },
  backlog: {
    label: "Tasks wait although workers are there",
    uses: ["for_seconds", "threshold"],
    unit: "tasks",
    usual: 1,
  },
  approval_waits: { label: "A task waits for approval", uses: ["for_seconds"] },
  agent_silent: { label: "The agent holds no rounds", uses: ["for_seconds"] },
  page_changed: { label: "A watched page changed", uses: ["window_seconds"] },
  core_gone: { label: "Core is gone", uses: ["for_seconds"] },
  disk_low: { label: "The disk is nearly full", uses: ["threshold"], unit: "GB left or less", usual: 2 },
  drift: { label: "Postgres and Temporal disagree", uses: ["for_seconds"] },
};

/** Also for a kind that a later version of the API may have. */
export function kindOf(name: string): Kind {
  return KINDS[name as RuleKind] ?? { label: name.replaceAll("_", " "), uses: [] };
}

/** The settings that mean something, in words: ", over 30 percent, within 15 min". */
export function sentenceOf(rule: RuleBody): string {
  const { uses, unit, usual } = kindOf(rule.kind);
  const parts: string[] = [];
  if (uses.includes("task_types") && rule.task_types?.length) parts.push(`of ${rule.task_types.join(", ")}`);
  if (uses.includes("threshold")) parts.push(`from ${rule.threshold ?? usual} ${unit}`);
  if (uses.includes("min_tasks")) parts.push(`of at least ${rule.min_tasks ?? 5}`);
  if (uses.includes("window_seconds")) parts.push(`within ${span((rule.window_seconds ?? 300) * 1_000)}`);
  if (uses.includes("for_seconds") && rule.for_seconds) parts.push(`for ${span(rule.for_seconds * 1_000)}`);
  return parts.map((part) => `, ${part}`).join("");
}

/** Only what means something to the kind: the API refuses a rule with settings that nobody would heed. */
export function bodyOf(rule: RuleBody): RuleBody {
  const { uses } = kindOf(rule.kind);
  const { task_types, window_seconds, for_seconds, threshold, min_tasks, ...rest } = rule;
  const settings = { task_types, window_seconds, for_seconds, threshold, min_tasks };
  const kept = Object.entries(settings).filter(([name]) => uses.includes(name as Setting));
  return { ...rest, ...Object.fromEntries(kept) } as RuleBody;
}
