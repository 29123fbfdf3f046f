import { queryOptions } from "@tanstack/react-query";
import { answerOf, api } from "@/api/client";

/** All that the header shows, in one request: counts of tasks, how each part is, workers by state. */
export const overviewQuery = queryOptions({
  queryKey: ["overview"],
  queryFn: ({ signal }) => answerOf(api.GET("/api/v1/overview", { signal })),
  // While something is away, sooner: whoever waits for it shall not have to wait longer.
  refetchInterval: ({ state }) => (state.status === "error" ? 2_000 : 15_000),
  retry: 1,
});
