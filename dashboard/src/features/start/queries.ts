import { queryOptions } from "@tanstack/react-query";
import { answerOf, api } from "@/api/client";

export const throughput = queryOptions({
  queryKey: ["throughput", "day"],
  queryFn: ({ signal }) =>
    answerOf(api.GET("/api/v1/metrics/throughput", { params: { query: { per: "hour", last: 24 } }, signal })),
  refetchInterval: 60_000,
});

/** What a new installation still lacks. */
export const progress = queryOptions({
  queryKey: ["first-things"],
  queryFn: async ({ signal }) => {
    const [workers, tasks, tickers, agent] = await Promise.all([
      answerOf(api.GET("/api/v1/metrics/workers", { signal })),
      answerOf(api.GET("/api/v1/tasks", { params: { query: { limit: 1, status: ["succeeded"] } }, signal })),
      answerOf(api.GET("/api/v1/tickers", { params: { query: { tracked: true, limit: 1 } }, signal })),
      answerOf(api.GET("/api/v1/agent", { signal })),
    ]);
    return {
      worker: workers.slots > 0,
      task: tasks.total > 0,
      tickers: tickers.tickers.length > 0,
      agent: agent.state === "running",
    };
  },
});

const NEEDS = ["awaiting_approval", "failed"] as const;

/** What waits for a person: the newest of each. */
export const needs = queryOptions({
  queryKey: ["tasks", "needs-you"],
  queryFn: async ({ signal }) => {
    const pages = await Promise.all(
      NEEDS.map((status) =>
        answerOf(api.GET("/api/v1/tasks", { params: { query: { status: [status], limit: 5 } }, signal })),
      ),
    );
    return NEEDS.map((status, place) => ({ status, page: pages[place] }));
  },
  refetchInterval: 30_000,
});
