import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answerOf, api } from "@/api/client";
import type { Range } from "./ranges";

export const METRICS = ["metrics"];

const DAYS: Record<Range, number> = { "1d": 1, "7d": 7, "30d": 30, "90d": 90, "1y": 366 };
const PERIODS: Record<Range, { per: "hour" | "day" | "week"; last: number }> = {
  "1d": { per: "hour", last: 24 },
  "7d": { per: "hour", last: 168 },
  "30d": { per: "day", last: 30 },
  "90d": { per: "day", last: 90 },
  "1y": { per: "week", last: 53 },
};
/** As far back as the agent's days are kept together. */
const MOST_AGENT_DAYS = 92;
/** Core counts some ten seconds behind; figures are no faster. Nothing is asked while nobody looks. */
const shared = { placeholderData: keepPreviousData, refetchInterval: 30_000 } as const;

export function throughputQuery(range: Range, task_type: string | undefined) {
  const query = { ...PERIODS[range], task_type };
  return queryOptions({
    ...shared,
    queryKey: [...METRICS, "throughput", query],
    queryFn: ({ signal }) => answerOf(api.GET("/api/v1/metrics/throughput", { params: { query }, signal })),
  });
}

export function tasksQuery(range: Range, task_type: string | undefined) {
  const query = { days: DAYS[range], task_type };
  return queryOptions({
    ...shared,
    queryKey: [...METRICS, "tasks", query],
    queryFn: ({ signal }) => answerOf(api.GET("/api/v1/metrics/tasks", { params: { query }, signal })),
  });
}

export function errorsQuery(range: Range) {
  const query = { days: DAYS[range] };
  return queryOptions({
    ...shared,
    queryKey: [...METRICS, "errors", query],
    queryFn: ({ signal }) => answerOf(api.GET("/api/v1/metrics/errors", { params: { query }, signal })),
  });
}

export const queueQuery = queryOptions({
  ...shared,
  queryKey: [...METRICS, "queue"],
  queryFn: ({ signal }) => answerOf(api.GET("/api/v1/metrics/queue", { signal })),
});

export function historyQuery(range: Range) {
  const query = PERIODS[range];
  return queryOptions({
    ...shared,
    queryKey: [...METRICS, "history", query],
    queryFn: ({ signal }) => answerOf(api.GET("/api/v1/metrics/history", { params: { query }, signal })),
  });
}

export const workersQuery = queryOptions({
  ...shared,
  queryKey: [...METRICS, "workers"],
  queryFn: ({ signal }) => answerOf(api.GET("/api/v1/metrics/workers", { signal })),
});

export const freshnessQuery = queryOptions({
  ...shared,
  queryKey: [...METRICS, "freshness"],
  queryFn: ({ signal }) => answerOf(api.GET("/api/v1/metrics/freshness", { signal })),
});

export function agentQuery(range: Range) {
  const query = { days: Math.min(DAYS[range], MOST_AGENT_DAYS) };
  return queryOptions({
    ...shared,
    queryKey: [...METRICS, "agent", query],
    queryFn: ({ signal }) => answerOf(api.GET("/api/v1/metrics/agent", { params: { query }, signal })),
  });
}
