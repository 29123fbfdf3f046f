import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect } from "react";
import { type TaskFilters, taskList } from "@/api/tasks";

/**
 * Of a list that somebody has scrolled through, only the first page is kept when they leave it: to load a list anew is to
 * load all of its pages, one after the other.
 */
export function useFirstPageKept(filters: TaskFilters): () => void {
  const client = useQueryClient();
  const { queryKey } = taskList(filters);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key is made anew each time, and is the same for the same filters
  const keep = useCallback(() => {
    const loaded = client.getQueryState(queryKey);
    client.setQueryData(
      queryKey,
      (list) =>
        list && list.pages.length > 1
          ? { pages: list.pages.slice(0, 1), pageParams: list.pageParams.slice(0, 1) }
          : undefined,
      { updatedAt: loaded?.dataUpdatedAt },
    );
  }, [client, JSON.stringify(filters)]);
  useEffect(() => keep, [keep]);
  return keep;
}
