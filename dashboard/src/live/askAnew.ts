import type { QueryClient, QueryFilters } from "@tanstack/react-query";

/**
 * Asks anew for what is on show; the rest is asked for when it is shown again. Resolves when it has been answered.
 *
 * A first load that is on its way may have been read before what has happened, and is not begun anew by
 * `invalidateQueries`: it is waited for, and then asked again.
 */
export async function askAnew(client: QueryClient, filters: QueryFilters = {}): Promise<void> {
  const cache = client.getQueryCache();
  const first = cache.findAll({ ...filters, fetchStatus: "fetching" }).filter(({ state }) => state.data === undefined);
  const others = client.invalidateQueries(filters);
  await Promise.allSettled(first.map((query) => query.promise));
  await Promise.all([others, client.invalidateQueries({ predicate: (query) => first.includes(query) })]);
}
