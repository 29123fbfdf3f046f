import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answerOf, api } from "@/api/client";
import { TASKS } from "@/api/tasks";
import type { Window } from "./window";

export const TIMELINE = [TASKS, "timeline"];

interface Narrowed {
  worker?: string;
  ticker?: string;
  task_type?: string;
  workspace?: string;
}

export function timelineQuery({ since, until }: Window, { worker, ticker, task_type, workspace }: Narrowed) {
  const query = {
    since: new Date(since).toISOString(),
    until: new Date(until).toISOString(),
    worker,
    ticker,
    task_type,
    workspace,
  };
  return queryOptions({
    queryKey: [...TIMELINE, query],
    queryFn: ({ signal }) => answerOf(api.GET("/api/v1/tasks/timeline", { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}
