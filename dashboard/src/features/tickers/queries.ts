import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { answerOf, api } from "@/api/client";
import type { components } from "@/api/schema";

export type Ticker = components["schemas"]["TickerView"];
export type Trending = components["schemas"]["TrendingTickerView"];
export type TickerFields = components["schemas"]["TickerFields"];
export type Explained = components["schemas"]["AgentExplainView"];

export const TICKERS = ["tickers"];

export function watchlistQuery(tracked: boolean | undefined) {
  return infiniteQueryOptions({
    queryKey: [...TICKERS, "list", tracked ?? "all"],
    queryFn: ({ pageParam, signal }) =>
      answerOf(api.GET("/api/v1/tickers", { params: { query: { tracked, after: pageParam, limit: 100 } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
  });
}

export const trendingQuery = queryOptions({
  queryKey: [...TICKERS, "trending"],
  queryFn: ({ signal }) => answerOf(api.GET("/api/v1/tickers/trending", { signal })),
});

/** The same answer as on the coverage page, so it is asked for once. */
export function explainQuery(ticker: string) {
  return queryOptions({
    queryKey: ["agent", "explain", ticker],
    queryFn: ({ signal }): Promise<Explained> =>
      answerOf(api.GET("/api/v1/agent/explain", { params: { query: { ticker } }, signal })),
  });
}

export function put(ticker: string, fields: Partial<TickerFields>) {
  const params = { path: { ticker } };
  return answerOf(api.PUT("/api/v1/tickers/{ticker}", { params, body: fields as TickerFields }));
}

export function remove(ticker: string) {
  return answerOf(api.DELETE("/api/v1/tickers/{ticker}", { params: { path: { ticker } } }));
}

/** Lines of CSV with a heading, all or none of them. */
export function importLines(csv: string) {
  return answerOf(
    api.POST("/api/v1/tickers/import", {
      body: csv as never,
      bodySerializer: (body: unknown) => body as string,
      headers: { "Content-Type": "text/csv" },
    }),
  );
}
