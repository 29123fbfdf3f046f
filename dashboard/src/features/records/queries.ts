import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answerOf, api, basePath } from "@/api/client";
import type { components } from "@/api/schema";
import type { RecordFilters } from "./page";

export type Kind = components["schemas"]["RecordKindView"];
export type Row = Record<string, unknown>;

export const RECORDS = ["records"];
const PAGE = 50;

export const kindsQuery = queryOptions({
  queryKey: [...RECORDS, "kinds"],
  queryFn: async ({ signal }) => (await answerOf(api.GET("/api/v1/records", { signal }))).kinds,
});

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

/** Where the browser gets all that match as a file; it comes in pieces and is never held here. */
export function exportAddress(kind: string, filters: RecordFilters, format: "csv" | "json" | "ndjson"): string {
  const query = new URLSearchParams({ format });
  for (const [name, value] of Object.entries(filters)) if (value) query.set(name, value);
  return `${basePath}/api/v1/records/${kind}/export?${query}`;
}
