import { type InfiniteData, useIsFetching, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import type { components } from "@/api/schema";
import { newestOf, TASKS, type TaskFilters, taskList, theseTasks, workerNames } from "@/api/tasks";
import { useInTurn } from "@/live/inTurn";
import { useTaskEvents } from "@/live/live";
import { patchCached } from "@/live/patchCached";
import { patched } from "@/live/patches";
import { heldOf, withHeard, withRows } from "./rows";

type TaskPage = components["schemas"]["TaskPage"];
type List = InfiniteData<TaskPage>;

const LOOK_MS = 2_000;

/**
 * Rows on show follow what happens, at once; and since an event does not say all of it, they are asked for once more.
 * Of tasks that match and are not on show only the number is kept, so that nothing jumps.
 */
export function useLiveList(filters: TaskFilters): { count: number; reset: () => void } {
  const client = useQueryClient();
  const names = useQuery(workerNames).data;
  const { queryKey } = taskList(filters);
  const of = JSON.stringify(queryKey);
  const [news, setNews] = useState({ of, count: 0 });
  const touched = useRef(new Set<string>());
  const isFetching = useIsFetching({ queryKey, exact: true }) > 0;
  const patch = (change: (list: List) => List) => patchCached<List>(client, queryKey, change);

  const look = useInTurn(async () => {
    const query = client.getQueryCache().find<List>({ queryKey, exact: true });
    await query?.promise?.catch(() => null);
    const list = client.getQueryData<List>(queryKey);
    if (!list) return;
    const ids = touched.current;
    touched.current = new Set();
    try {
      const page = await newestOf(filters);
      const held = heldOf(list);
      const newest = new Map(page.tasks.map((task) => [task.id, task]));
      const missing = [...ids].filter((id) => held.has(id) && !newest.has(id));
      const asked = await theseTasks(missing);
      patch((now) => withRows(now, [...page.tasks, ...asked], missing, page));
      setNews({ of, count: page.tasks.filter(({ id }) => !held.has(id)).length });
    } finally {
      // A page that was on its way meanwhile brings the rows before it as they were when it was asked for.
      if (query?.state.fetchStatus !== "idle") {
        for (const id of ids) touched.current.add(id);
        look();
      }
    }
  }, LOOK_MS);

  useTaskEvents({
    onEvents: (events) => {
      patchCached<List>(client, [TASKS, "list"], (list) => patched(list, events, (id) => names?.get(id)));
      const told = events.filter(({ type }) => type !== "progress");
      for (const { task_id } of told) touched.current.add(task_id);
      if (told.length) look();
    },
  });

  const began = useRef<number>(undefined);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `patch` is made anew each time
  useEffect(() => {
    if (isFetching) began.current = Date.now();
    else if (began.current) {
      const since = began.current - LOOK_MS;
      patch((list) => withHeard(list, since));
    }
  }, [isFetching]);

  return { count: news.of === of ? news.count : 0, reset: () => setNews({ of, count: 0 }) };
}
