import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { upToDate } from "@/live/patches";
import { answerOf, api } from "./client";
import { once } from "./once";
import type { components } from "./schema";
import { isMember } from "./session";

export type Task = components["schemas"]["TaskView"];
export type TaskDetail = components["schemas"]["TaskDetailView"];
export type TaskType = components["schemas"]["TaskTypeView"];
export type Submission = components["schemas"]["Submission-Input"];

/** What a list can be asked for, as it stands in the address of the page. */
export interface TaskFilters {
  status?: components["schemas"]["TaskStatus"][];
  task_type?: string;
  ticker?: string;
  tag?: string;
  worker?: string;
  created_by?: string;
  workspace?: string;
  text?: string;
  created_after?: string;
  created_before?: string;
  id_prefix?: string;
  parent?: string;
  /** Of a group of failures. */
  cause?: string;
  sort?: string;
}

export const PRIORITIES = ["critical", "high", "normal", "low"] as const;

export const PAGE = 100;
/** The first key of everything that shows tasks, for changes that arrive and after what a person has done. */
export const TASKS = "tasks";

type TaskPage = components["schemas"]["TaskPage"];

/** A list of any length, page by page. */
export function taskList(filters: TaskFilters) {
  return infiniteQueryOptions({
    queryKey: [TASKS, "list", filters],
    queryFn: async ({ pageParam, signal }): Promise<TaskPage> => {
      const query = { ...filters, ...pageParam, limit: PAGE };
      const heard = Date.now();
      const page = await answerOf(api.GET("/api/v1/tasks", { params: { query }, signal }));
      return { ...page, tasks: page.tasks.map(upToDate(heard)) };
    },
    initialPageParam: {} as { after?: string },
    getNextPageParam: (last) => (last.next ? { after: last.next } : null),
  });
}

/** The same rows once more, by id; those that are gone are missing. */
export async function theseTasks(ids: string[]): Promise<Task[]> {
  const asked = Date.now();
  const parts = Array.from({ length: Math.ceil(ids.length / PAGE) }, (_, part) =>
    ids.slice(part * PAGE, (part + 1) * PAGE),
  );
  const found: Task[] = [];
  for (const id of parts) {
    const { tasks } = await answerOf(api.GET("/api/v1/tasks", { params: { query: { id, limit: PAGE } } }));
    found.push(...tasks.map(upToDate(asked)));
  }
  return found;
}

/** The first page of a list, as it is now. */
export async function newestOf(filters: TaskFilters): Promise<TaskPage> {
  const asked = Date.now();
  const page = await answerOf(api.GET("/api/v1/tasks", { params: { query: { ...filters, limit: PAGE } } }));
  return { ...page, tasks: page.tasks.map(upToDate(asked)) };
}

export function taskDetail(id: string) {
  return queryOptions({
    queryKey: [TASKS, "one", id],
    queryFn: ({ signal }): Promise<TaskDetail> =>
      answerOf(api.GET("/api/v1/tasks/{task_id}", { params: { path: { task_id: id } }, signal })),
  });
}

export const taskTypes = queryOptions({
  queryKey: ["task-types"],
  queryFn: async ({ signal }) => (await answerOf(api.GET("/api/v1/task-types", { signal }))).task_types,
  staleTime: 60_000,
});

/** The same, with the workers that serve a workspace; null: that of a task that says none. */
export function taskTypesFor(workspace: string | null) {
  return queryOptions({
    queryKey: ["task-types", workspace],
    queryFn: async ({ signal }) =>
      (await answerOf(api.GET("/api/v1/task-types", { params: { query: { workspace } }, signal }))).task_types,
    staleTime: 60_000,
    enabled: workspace !== null,
  });
}

export const workerNames = queryOptions({
  queryKey: ["worker-names"],
  queryFn: async ({ signal }) => {
    // A member reads the name in the task.
    if (isMember()) return new Map<string, string>();
    const { workers } = await answerOf(api.GET("/api/v1/workers", { signal }));
    return new Map(workers.map((worker) => [worker.id, worker.name]));
  },
  staleTime: 60_000,
});

export type Command = "cancel" | "retry" | "approve" | "reject" | "reprioritise" | "note" | "delete";

export interface Order {
  id: string;
  command: Command;
  /** Of a decision or a note. */
  text?: string;
  priority?: string;
}

/** Have something done to a task. */
export async function order({ id, command, text = "", priority = "normal" }: Order): Promise<unknown> {
  const params = { path: { task_id: id } };
  switch (command) {
    case "cancel":
      return answerOf(api.POST("/api/v1/tasks/{task_id}/cancel", { params }));
    case "retry":
      return answerOf(api.POST("/api/v1/tasks/{task_id}/retry", { params }));
    case "approve":
      return answerOf(api.POST("/api/v1/tasks/{task_id}/approve", { params, body: { comment: text } }));
    case "reject":
      return answerOf(api.POST("/api/v1/tasks/{task_id}/reject", { params, body: { comment: text } }));
    case "reprioritise":
      return answerOf(
        api.POST("/api/v1/tasks/{task_id}/reprioritise", { params, body: { priority: priority as never } }),
      );
    case "note":
      return once(`note.${id}`, text, (header) =>
        answerOf(api.POST("/api/v1/tasks/{task_id}/notes", { params: { ...params, header }, body: { text } })),
      );
    case "delete":
      return answerOf(api.DELETE("/api/v1/tasks/{task_id}", { params }));
  }
}

/** The same from a button: what it changed is asked for anew, a refusal is said. */
export function useOrder() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: order,
    onSettled: (_done, _error, { id }) => client.invalidateQueries({ queryKey: taskDetail(id).queryKey }),
  });
}
