export const SINCE = ["hour", "day", "week"] as const;
export const STATES = ["open", "resolved", "muted"] as const;
const SECONDS = { hour: 3_600, day: 86_400, week: 7 * 86_400 };

export interface FailureFilters {
  /** Only groups that were seen in the last …; all, if left out. */
  since?: (typeof SINCE)[number];
  type?: string;
  /** What people think of them; open ones, if left out. */
  state?: (typeof STATES)[number];
}

export function filtersOf(search: Record<string, unknown>): FailureFilters {
  const found: FailureFilters = {};
  if (SINCE.includes(search.since as never)) found.since = search.since as FailureFilters["since"];
  if (typeof search.type === "string" && search.type.trim()) found.type = search.type;
  if (STATES.includes(search.state as never)) found.state = search.state as FailureFilters["state"];
  return found;
}

/** The moment that the last hour, day or week began. */
export function momentOf(since: FailureFilters["since"], now: Date): string | undefined {
  return since && new Date(now.getTime() - SECONDS[since] * 1_000).toISOString();
}
