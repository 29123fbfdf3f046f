import type { QueryClient, QueryKey } from "@tanstack/react-query";

/**
 * Puts what has happened into what was loaded. It counts as no load: what is old stays old, and is asked for anew by the
 * next page that shows it. (`setQueriesData` would call it new, and with an event every few seconds nothing ever was old.)
 */
export function patchCached<T>(client: QueryClient, queryKey: QueryKey, patch: (loaded: T) => T): void {
  for (const query of client.getQueryCache().findAll({ queryKey })) {
    const loaded = query.state.data as T | undefined;
    const mayShow = query.isActive() || !query.state.isInvalidated;
    if (loaded === undefined || !mayShow) continue;
    const patched = patch(loaded);
    if (patched !== loaded) client.setQueryData(query.queryKey, patched, { updatedAt: query.state.dataUpdatedAt });
  }
}
