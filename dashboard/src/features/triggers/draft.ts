import type { Body, Trigger } from "./queries";

export type Kind = "hook" | "task" | "plan" | "record";
export type Does = "task" | "plan" | "template";

/** A trigger as it is entered. What it makes is JSON, because any field of it may be an expression. */
export interface Draft {
  name: string;
  /** As somebody chose it here; null: nobody did. */
  workspace: string | null;
  description: string;
  kind: Kind;
  signature: string;
  secret: string;
  statuses: string[];
  task_type: string | null;
  times: number;
  within: string;
  alike: string;
  plan_name: string;
  record: string | null;
  filter: string;
  per_minute: number;
  does: Does;
  makes: string | null;
  /** Of which workspace the template was chosen that it makes. */
  makes_in: string | null;
  /** Params of the task, inputs of the plan, fields of the template. */
  values: string;
  plan: string;
  paused: boolean;
  payload: string;
}

const PLAN = { name: "", inputs: {}, steps: [{ id: "first", task_type: "echo", params: {} }] };

export const EMPTY: Draft = {
  ...{ name: "", workspace: null, description: "", kind: "hook", signature: "github", secret: "" },
  ...{
    statuses: ["failed"],
    task_type: null,
    times: 1,
    within: "1d",
    alike: "any",
    plan_name: "",
    record: null,
    filter: "",
  },
  ...{
    per_minute: 60,
    does: "task",
    makes: null,
    makes_in: null,
    values: "{}",
    plan: asText(PLAN),
    paused: false,
    payload: "{}",
  },
};

export function asText(value: unknown): string {
  return JSON.stringify(value, null, 2);
}

/** The value of a JSON text; undefined if it is none. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function isObject(text: string): boolean {
  const value = parsed(text);
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** As it is where the trigger belongs by now: a template of another workspace is none there, also where one has its name. */
export function inPlace(draft: Draft, place: string | null, templates: string[] | undefined): Draft {
  const { does, makes, makes_in } = draft;
  if (does !== "template" || makes === null) return draft;
  const isThere = makes_in === place && (templates === undefined || templates.includes(makes));
  return isThere ? draft : { ...draft, makes: null };
}

/** Whether enough is entered for it to be tried or saved. */
export function isWhole(draft: Draft): boolean {
  const made = draft.does === "plan" ? isObject(draft.plan) : Boolean(draft.makes);
  return made && isObject(draft.values) && (draft.kind !== "record" || Boolean(draft.record));
}

export function draftOf({ name, workspace, definition }: Trigger): Draft {
  const { source, action, filter, description, per_minute } = definition;
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value != null));
  const draft = { ...EMPTY, ...given, name, description, per_minute, filter: filter ?? "", does: action.kind } as Draft;
  if (source.kind === "plan") draft.plan_name = source.name ?? "";
  draft.name = name;
  draft.workspace = workspace === "default" ? null : workspace;
  if (source.kind === "task") draft.within = `${source.within}s`;
  if (action.kind === "task")
    return { ...draft, makes: action.task.task_type, values: asText(action.task.params ?? {}) };
  if (action.kind === "plan") return { ...draft, plan: asText(action.plan), values: asText(action.inputs ?? {}) };
  return { ...draft, makes: action.template, values: asText(action.fields ?? {}) };
}

/** What is sent. What the form does not show (tags of the task, the window of a signature) stays as it `was`. */
export function bodyOf(draft: Draft, was?: Body): Body {
  const { description, per_minute } = draft;
  const filter = draft.filter.trim();
  return {
    ...{ source: sourceOf(draft, was), action: actionOf(draft, was), description, per_minute },
    ...(filter ? { filter } : {}),
  } as unknown as Body;
}

function sourceOf(draft: Draft, was?: Body): unknown {
  const { kind, statuses, task_type, times, within, alike, record, signature } = draft;
  switch (kind) {
    case "hook":
      return { ...(was?.source.kind === "hook" ? was.source : {}), kind, signature };
    case "task":
      return { kind, statuses, task_type: task_type || null, times, within: within.trim(), alike };
    case "plan":
      return { kind, statuses, name: draft.plan_name.trim() || null };
    case "record":
      return { kind, record };
  }
}

function actionOf(draft: Draft, was?: Body): unknown {
  const { does, makes } = draft;
  const values = parsed(draft.values);
  switch (does) {
    case "task": {
      const kept = was?.action.kind === "task" && was.action.task.task_type === makes ? was.action.task : {};
      return { kind: does, task: { ...kept, task_type: makes, params: values } };
    }
    case "plan":
      return { kind: does, plan: parsed(draft.plan), inputs: values };
    case "template":
      return { kind: does, template: makes, fields: values };
  }
}
