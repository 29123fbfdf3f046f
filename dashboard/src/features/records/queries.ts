import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answerOf, api } from "@/api/client";
import type { components } from "@/api/schema";
import type { RecordFilters } from "./page";

export type Kind = components["schemas"]["RecordKindView"];

export const RECORDS = ["records"];
const PAGE = 50;

export function kindsQuery(workspace: string | undefined) {
  return queryOptions({
    queryKey: [...RECORDS, "kinds", workspace],
    queryFn: async ({ signal }) =>
      (await answerOf(api.GET("/api/v1/records", { params: { query: { workspace } }, signal }))).kinds,
  });
}

export function rowsQuery(kind: Kind["kind"] | undefined, filters: RecordFilters) {
  return infiniteQueryOptions({
    queryKey: [...RECORDS, "rows", kind, filters],
    queryFn: ({ pageParam, signal }) => {
      const query = { ...filters, limit: PAGE, after: pageParam };
      const params = { path: { kind: kind as Kind["kind"] }, query };
      return answerOf(api.GET("/api/v1/records/{kind}", { params, signal }));
    },
    enabled: kind !== undefined,
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
    placeholderData: keepPreviousData,
  });
}
