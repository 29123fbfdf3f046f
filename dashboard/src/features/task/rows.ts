import { queryOptions } from "@tanstack/react-query";
import { answerOf, api } from "@/api/client";
import type { components } from "@/api/schema";

type Kind = components["schemas"]["RecordKindView"]["kind"];

export const FIRST_ROWS = 5;

/** The kinds of rows there are, and which of their fields says when it was. */
export const kindsQuery = queryOptions({
  queryKey: ["records", "kinds"],
  queryFn: async ({ signal }) => (await answerOf(api.GET("/api/v1/records", { signal }))).kinds,
  staleTime: 60_000,
});

/** The first of the rows of a kind that a task has stored. */
export function storedQuery(task_id: string, kind: string) {
  return queryOptions({
    queryKey: ["records", "of-task", task_id, kind],
    queryFn: ({ signal }) => rowsOf(kind, { task_id, limit: FIRST_ROWS }, signal),
  });
}

/** The rows that a text of a workspace cites, of one kind. */
export function citedQuery(kind: string, id: string[], ticker: string | null | undefined, workspace: string) {
  return queryOptions({
    queryKey: ["records", "cited", workspace, kind, id],
    queryFn: ({ signal }) => rowsOf(kind, { id, ticker: ticker ?? undefined, workspace, limit: id.length }, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

function rowsOf(
  kind: string,
  query: { limit: number; id?: string[]; ticker?: string; task_id?: string; workspace?: string },
  signal: AbortSignal,
) {
  return answerOf(api.GET("/api/v1/records/{kind}", { params: { path: { kind: kind as Kind }, query }, signal }));
}
