import { queryOptions } from "@tanstack/react-query";
import { answerOf, api } from "@/api/client";

/** Open tasks by status, right now; and until when core has counted, which shows that core works. */
export const countsQuery = queryOptions({
  queryKey: ["counts"],
  queryFn: ({ signal }) => answerOf(api.GET("/api/v1/metrics/tasks", { params: { query: { days: 1 } }, signal })),
  refetchInterval: 30_000,
});
