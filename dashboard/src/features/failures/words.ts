import type { Bulk } from "@/api/bulk";
import type { components } from "@/api/schema";

type Event = components["schemas"]["FailureEventView"];

const EVENTS: Record<string, string> = {
  came: "Seen for the first time",
  came_back: "Came back",
  resolved: "Resolved",
  muted: "Muted",
  reopened: "Opened again",
  note: "Note",
  edited: "Params were changed",
  canary: "One was tried",
  canary_succeeded: "The one that was tried succeeded",
  canary_failed: "The one that was tried did not succeed",
  released: "The others were released",
  release_stopped: "The release was stopped",
};

export function wordsOf({ type }: Pick<Event, "type">): string {
  return EVENTS[type] ?? type.replaceAll("_", " ");
}

const DONE: Partial<Record<Bulk["action"], string>> = { edit: "changed" };

/** Whether an action was begun for this group, from here or from a list that was narrowed to it. */
export function isAbout({ cause, filter, state }: Pick<Bulk, "cause" | "filter" | "state">, group: string): boolean {
  return state !== "previewed" && (cause === group || filter.cause === group);
}

export function manyTasks(count: number, capped = false): string {
  return `${count.toLocaleString("en")}${capped ? "+" : ""} ${count === 1 && !capped ? "task" : "tasks"}`;
}

/** How far an action is, and why it stopped or what it waits for, in sentences. */
export function progressOf(bulk: Bulk): string {
  const reason = bulk.reason ? ` ${sentence(bulk.reason)}` : "";
  if (bulk.state === "running" && bulk.phase === "checking")
    return `Each of ${manyTasks(bulk.count, bulk.capped)} is checked before any is changed.${reason}`;
  if (bulk.state === "running" && bulk.phase === "canary")
    return `One task is tried; the others wait for how it ends.${reason}`;
  if (bulk.state === "done" && bulk.canary_ok && !bulk.done) return "The one that was tried succeeded.";
  // It is not counted among the others.
  const others = bulk.canary_task_id ? "the other " : "";
  const of = bulk.state === "done" ? "" : ` of ${others}${manyTasks(bulk.count, bulk.capped)}`;
  const done = `${bulk.done.toLocaleString("en")}${of} ${DONE[bulk.action] ?? "retried"}`;
  const skipped = bulk.skipped ? `, ${bulk.skipped.toLocaleString("en")} left alone` : "";
  const before = { running: "", previewed: "", done: "Done: ", stopped: "Stopped: " }[bulk.state];
  return `${before}${done}${skipped}.${reason}`;
}

function sentence(said: string): string {
  const text = said.charAt(0).toUpperCase() + said.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** What the edit of a group sets and takes away, as a merge patch (RFC 7396). */
export function patchOf(set: Record<string, unknown>, without: string[]): Record<string, unknown> {
  return { ...set, ...Object.fromEntries(without.map((name) => [name, null])) };
}

/** What was counted for other params; nothing is changed yet. */
export function fitOf({ count, capped, skipped, reason }: Bulk): string {
  const all = manyTasks(count, capped);
  if (!skipped)
    return `It fits ${count === 1 ? "the only task" : `all of ${all}`}. They stay failed until they are retried.`;
  return `It does not fit ${manyTasks(skipped)} of ${all}, so none would be changed.${reason ? ` ${sentence(reason)}` : ""}`;
}
