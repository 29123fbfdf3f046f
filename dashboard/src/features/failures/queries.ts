import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { bulk } from "@/api/bulk";
import { answerOf, api } from "@/api/client";
import type { components } from "@/api/schema";
import { TASKS } from "@/api/tasks";
import type { TaskEvent } from "@/live/stream";
import { type FailureFilters, momentOf } from "./search";
import { isAbout } from "./words";

export type Failures = components["schemas"]["FailureGroupView"];
export type FailureDetail = components["schemas"]["FailureGroupDetailView"];

export const FAILURES = [TASKS, "failures"];
const SHOWN_TASKS = 20;
/** Core counts a moment after the task has failed, and notes of others are no task's events. */
const AGAIN_MS = 5_000;

/** Only what ends a task, or opens it again, changes the groups. */
export function changesGroups({ type }: TaskEvent): boolean {
  return ["failed", "retried", "deleted", "succeeded"].includes(type);
}

export function failures({ since, state }: FailureFilters) {
  return queryOptions({
    queryKey: [...FAILURES, since ?? "all", state ?? "open"],
    queryFn: ({ signal }) => {
      const query = { since: momentOf(since, new Date()), state: state && [state], limit: 100 };
      return answerOf(api.GET("/api/v1/failures", { params: { query }, signal }));
    },
    placeholderData: keepPreviousData,
    refetchInterval: AGAIN_MS,
  });
}

const named = (cause: string) => ({ path: { cause } });

export function failure(cause: string) {
  return queryOptions({
    queryKey: [...FAILURES, "one", cause],
    queryFn: ({ signal }) => answerOf(api.GET("/api/v1/failures/{cause}", { params: named(cause), signal })),
    refetchInterval: AGAIN_MS,
  });
}

/** The newest of its tasks that are still failed. */
export function tasksOf(cause: string) {
  return queryOptions({
    queryKey: [...FAILURES, "tasks", cause],
    queryFn: async ({ signal }) => {
      const query = { cause, status: ["failed" as const], limit: SHOWN_TASKS };
      return (await answerOf(api.GET("/api/v1/tasks", { params: { query }, signal }))).tasks;
    },
  });
}

/** What is being done about it, or was last; whoever began it. */
export function actsOn(cause: string) {
  return queryOptions({
    queryKey: ["bulks", "of", cause],
    queryFn: async ({ signal }) => (await bulk.list(signal)).filter((each) => isAbout(each, cause)),
    refetchInterval: ({ state }) => (state.data?.some((each) => each.state === "running") ? 1_000 : 10_000),
  });
}

export const right = {
  resolve: (cause: string) => answerOf(api.POST("/api/v1/failures/{cause}/resolve", { params: named(cause) })),
  reopen: (cause: string) => answerOf(api.POST("/api/v1/failures/{cause}/reopen", { params: named(cause) })),
  mute: (cause: string, body: { seconds?: number; until?: string }) =>
    answerOf(api.POST("/api/v1/failures/{cause}/mute", { params: named(cause), body })),
  note: (cause: string, text: string) =>
    answerOf(api.POST("/api/v1/failures/{cause}/notes", { params: named(cause), body: { text } })),
  canary: (cause: string, release: boolean) =>
    answerOf(api.POST("/api/v1/failures/{cause}/canary", { params: named(cause), body: { release } })),
  release: (cause: string, without_canary: boolean) =>
    answerOf(api.POST("/api/v1/failures/{cause}/release", { params: named(cause), body: { without_canary } })),
  edit: (cause: string, params: Record<string, unknown>) =>
    answerOf(api.POST("/api/v1/failures/{cause}/edit", { params: named(cause), body: { params } })),
};
