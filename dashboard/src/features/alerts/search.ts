export const TABS = ["alerts", "rules", "channels"] as const;
export const STATES = ["firing", "recovered", "told"] as const;

export interface AlertFilters {
  tab?: (typeof TABS)[number];
  state?: (typeof STATES)[number];
  rule?: string;
  unread?: true;
}

export function filtersOf(search: Record<string, unknown>): AlertFilters {
  const found: AlertFilters = {};
  if (TABS.includes(search.tab as never)) found.tab = search.tab as AlertFilters["tab"];
  if (STATES.includes(search.state as never)) found.state = search.state as AlertFilters["state"];
  if (typeof search.rule === "string" && search.rule.trim()) found.rule = search.rule;
  if (search.unread === true) found.unread = true;
  return found;
}
