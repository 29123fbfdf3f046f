export const TABS = ["people", "keys", "sessions", "audit"] as const;
export const KEY_KINDS = ["worker", "user", "agent"] as const;
const TEXTS = ["actor", "action", "object", "since", "until", "owner"] as const;

export interface AdminFilters {
  tab?: (typeof TABS)[number];
  /** Of keys. */
  kind?: (typeof KEY_KINDS)[number];
  ended?: true;
  owner?: string;
  /** Of the audit log. */
  actor?: string;
  action?: string;
  object?: string;
  since?: string;
  until?: string;
}

export function filtersOf(search: Record<string, unknown>): AdminFilters {
  const found: AdminFilters = {};
  if (TABS.includes(search.tab as never)) found.tab = search.tab as AdminFilters["tab"];
  if (KEY_KINDS.includes(search.kind as never)) found.kind = search.kind as AdminFilters["kind"];
  if (search.ended === true) found.ended = true;
  for (const name of TEXTS) {
    const said = search[name];
    if ((typeof said === "string" || typeof said === "number") && String(said).trim()) found[name] = String(said);
  }
  return found;
}
