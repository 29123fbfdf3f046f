import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answerOf, api } from "@/api/client";
import type { components } from "@/api/schema";
import type { DecisionFilters, Weights } from "./choices";

type View = components["schemas"];
export type Agent = View["AgentView"];
export type BudgetUse = View["BudgetUseView"];
export type Limit = View["BudgetLimit"];
export type Policy = View["Policy"];
export type Decision = View["AgentDecisionView"];
export type DecisionDetail = View["AgentDecisionDetailView"];
export type Need = View["NeedView"];

export const AGENT = ["agent"];
const POLL_MS = 15_000;
const PAGE = 50;

export const agentQuery = queryOptions({
  queryKey: [...AGENT, "state"],
  queryFn: ({ signal }): Promise<Agent> => answerOf(api.GET("/api/v1/agent", { signal })),
  refetchInterval: POLL_MS,
});

export function decisionsQuery(filters: DecisionFilters) {
  return infiniteQueryOptions({
    queryKey: [...AGENT, "decisions", filters],
    queryFn: ({ pageParam, signal }) => {
      const ticker = filters.ticker?.replace(/^\$/, "").toUpperCase();
      const query = { ...filters, ticker, after: pageParam, limit: PAGE };
      return answerOf(api.GET("/api/v1/agent/decisions", { params: { query }, signal }));
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
    placeholderData: keepPreviousData,
  });
}

export function decisionQuery(id: string) {
  return queryOptions({
    queryKey: [...AGENT, "decision", id],
    queryFn: ({ signal }): Promise<DecisionDetail> =>
      answerOf(api.GET("/api/v1/agent/decisions/{decision_id}", { params: { path: { decision_id: id } }, signal })),
  });
}

export function rankingQuery(weights: Weights) {
  const query = { ...weights, limit: 50 };
  return queryOptions({
    queryKey: [...AGENT, "ranking", query],
    queryFn: ({ signal }) => answerOf(api.GET("/api/v1/agent/ranking", { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}
