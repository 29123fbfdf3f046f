import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answerOf, api } from "@/api/client";
import { taskTypes } from "@/api/tasks";

export const COVERAGE = ["coverage"];
const PAGE = 200;
/** As many tickers of the watchlist as one request gives. */
const MOST_TRACKED = 500;

export function coverageQuery(hours: number) {
  return infiniteQueryOptions({
    queryKey: [...COVERAGE, "matrix", hours],
    queryFn: ({ pageParam, signal }) => {
      const query = { fresh_hours: hours, limit: PAGE, after: pageParam };
      return answerOf(api.GET("/api/v1/metrics/coverage", { params: { query }, signal }));
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
    placeholderData: keepPreviousData,
  });
}

export const trackedQuery = queryOptions({
  queryKey: ["tickers", "tracked"],
  queryFn: async ({ signal }) => {
    const query = { tracked: true, limit: MOST_TRACKED };
    const { tickers } = await answerOf(api.GET("/api/v1/tickers", { params: { query }, signal }));
    return tickers.map(({ ticker }) => ticker);
  },
  staleTime: 30_000,
});

/** What the agent would do for this ticker, source by source, and why. */
export function explainQuery(ticker: string) {
  return queryOptions({
    queryKey: ["agent", "explain", ticker],
    queryFn: ({ signal }) => answerOf(api.GET("/api/v1/agent/explain", { params: { query: { ticker } }, signal })),
  });
}

/** The task types that collect, by what they collect. */
export const collectors = queryOptions({
  ...taskTypes,
  select: (types) => new Map(types.flatMap(({ source, name }) => (source ? [[source, name] as const] : []))),
});
