import { queryOptions } from "@tanstack/react-query";
import { answerOf, api } from "@/api/client";
import type { components } from "@/api/schema";
import { isMember } from "@/api/session";

export type Overview = components["schemas"]["OverviewView"] & {
  /** Counts alone: how the parts are belongs to all. */
  ofMember?: true;
};

/** All that the header shows, in one request: counts of tasks, how each part is, workers by state. */
export const overviewQuery = queryOptions({
  queryKey: ["overview"],
  queryFn: ({ signal }) => (isMember() ? ofMember(signal) : answerOf(api.GET("/api/v1/overview", { signal }))),
  // While something is away, sooner: whoever waits for it shall not have to wait longer.
  refetchInterval: ({ state }) => (state.status === "error" ? 2_000 : 15_000),
  retry: 1,
});

/** The counts of one workspace; they are counted anew with the others. */
export function countsQuery(workspace: string | undefined) {
  return queryOptions({
    queryKey: [...overviewQuery.queryKey, workspace],
    queryFn: async ({ signal }) => {
      const params = { query: { workspace } };
      return (await answerOf(api.GET("/api/v1/tasks/counts", { params, signal }))).counts;
    },
  });
}

async function ofMember(signal: AbortSignal): Promise<Overview> {
  const { counts } = await answerOf(api.GET("/api/v1/tasks/counts", { signal }));
  const at = new Date().toISOString();
  return { at, counts, parts: [], workers: {}, alerts_firing: 0, unread: 0, ofMember: true };
}
