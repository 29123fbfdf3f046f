import { entered, type Params } from "@/ui/forms/schema";
import type { Body, Plan, Schedule, Timing } from "./queries";

export type What = "tasks" | "plan";
export const KINDS = ["cron", "every", "rrule", "at"] as const;
export type Kind = (typeof KINDS)[number];

/** A schedule as it is entered. Lengths of time are as people write them: 90s, 15m, 2h, 1d. */
export interface Draft {
  name: string;
  description: string;
  what: What;
  task_type: string | null;
  params: Params;
  /** In YAML or JSON, as it is entered. */
  plan: string;
  tickers: string[];
  watchlist: boolean;
  kind: Kind;
  cron: string;
  every: string;
  rrule: string;
  at: string | null;
  zone: string;
  starts_at: string | null;
  ends_at: string | null;
  runs: number | null;
  overlap: string;
  missed: string;
  missed_window: string;
  jitter: string;
  pause_on_failure: boolean;
  paused: boolean;
  /** Of a new one; null: nobody has said here. */
  workspace: string | null;
}

export function emptyDraft(zone: string): Draft {
  return {
    ...{ name: "", description: "", what: "tasks", task_type: null, params: {}, plan: "" },
    ...{ tickers: [], watchlist: false },
    ...{ kind: "cron", cron: "0 7 * * *", every: "", rrule: "", at: null, zone },
    ...{ starts_at: null, ends_at: null, runs: null, overlap: "skip", missed: "last", missed_window: "", jitter: "" },
    ...{ pause_on_failure: false, paused: false, workspace: null },
  };
}

export function draftOf({ name, definition }: Schedule): Draft {
  const { timing, action, ...rest } = definition;
  return {
    ...emptyDraft(timing.zone),
    ...{ name, description: rest.description, what: action.plan ? "plan" : "tasks" },
    ...{ task_type: action.task?.task_type ?? null, params: action.task?.params ?? {} },
    plan: action.plan ? JSON.stringify(asSaid(action.plan), null, 2) : "",
    ...{ tickers: action.tickers ?? [], watchlist: action.watchlist },
    ...{ kind: KINDS.find((kind) => timing[kind] != null) ?? "cron", cron: timing.cron ?? "" },
    ...{ every: lengthOf(timing.every), rrule: timing.rrule ?? "", at: timing.at ?? null },
    ...{ starts_at: timing.starts_at ?? null, ends_at: timing.ends_at ?? null, runs: rest.runs ?? null },
    ...{ overlap: rest.overlap, missed: rest.missed, missed_window: lengthOf(rest.missed_window) },
    ...{ jitter: lengthOf(rest.jitter || null), pause_on_failure: rest.pause_on_failure },
  };
}

export function timingOf(draft: Draft): Timing {
  const when: Record<Kind, unknown> = {
    cron: draft.cron.trim(),
    every: draft.every.trim(),
    rrule: draft.rrule.trim(),
    at: draft.at,
  };
  const { zone, starts_at, ends_at } = draft;
  const bounds = draft.kind === "at" ? {} : entered({ starts_at, ends_at });
  return { [draft.kind]: when[draft.kind], zone, ...bounds } as unknown as Timing;
}

/** Whether enough is entered for the next runs to be asked for. */
export function isTimed(draft: Draft): boolean {
  return Boolean(draft[draft.kind]?.trim());
}

/** Whether it is entered what shall be made. */
export function isMeant({ what, plan, task_type }: Draft): boolean {
  return what === "plan" ? plan.trim() !== "" : task_type !== null;
}

/**
 * What is sent; `plan`: as the API has read what was entered. What the form does not show of the task (tags, follow-ups,
 * …) stays as it `was`.
 */
export function bodyOf(draft: Draft, was?: Body, plan?: Plan): Body {
  const { task_type, tickers, watchlist, description, runs, overlap, missed, missed_window, jitter } = draft;
  const kept = was?.action.task?.task_type === task_type ? was?.action.task : {};
  const made = plan ? { plan } : { task: { ...kept, task_type, params: entered(draft.params) } };
  return {
    timing: timingOf(draft),
    action: { kind: draft.what, ...made, tickers: watchlist ? [] : tickers, watchlist },
    ...{ description, overlap, missed, pause_on_failure: draft.pause_on_failure },
    ...entered({ runs, missed_window: missed_window.trim(), jitter: jitter.trim() }),
  } as unknown as Body;
}

/** A plan without the fields that nobody said anything in. What params and inputs say stays, also where that is nothing. */
export function asSaid(plan: Plan): Plan {
  const { inputs, steps, ...rest } = plan as Plan & { steps: Record<string, unknown>[]; inputs?: object };
  return {
    ...said(rest),
    ...(inputs && Object.keys(inputs).length ? { inputs } : {}),
    steps: steps.map(({ params, ...step }) => ({ ...said(step), ...(params ? { params } : {}) })),
  };
}

function said(fields: Record<string, unknown>): Record<string, unknown> {
  const says = ([name, value]: [string, unknown]) =>
    value !== null &&
    value !== false &&
    !(Array.isArray(value) && value.length === 0) &&
    !(name === "on_failure" && value === "stop");
  return Object.fromEntries(Object.entries(fields).filter(says));
}

const UNITS = [
  [86_400, "d"],
  [3_600, "h"],
  [60, "m"],
  [1, "s"],
] as const;

/** 7200 → "2h" */
export function lengthOf(seconds: number | null | undefined): string {
  if (!seconds) return "";
  const [unit, name] = UNITS.find(([unit]) => seconds % unit === 0) ?? [1, "s"];
  return `${seconds / unit}${name}`;
}
