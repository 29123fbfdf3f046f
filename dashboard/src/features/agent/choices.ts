/** What the address of the page may name. Apart from the requests, since every visit loads it. */

export const KINDS = ["crawl", "probe", "retry", "escalate", "advice", "discover"] as const;
export const OUTCOMES = ["pending", "succeeded", "failed", "cancelled", "rejected", "told"] as const;
export const WEIGHTS = ["staleness", "watchers", "trend", "earnings", "score_change", "past_yield", "cost"] as const;
export type Weights = Partial<Record<(typeof WEIGHTS)[number], number>>;

export interface DecisionFilters {
  ticker?: string;
  kind?: (typeof KINDS)[number];
  outcome?: (typeof OUTCOMES)[number];
}
