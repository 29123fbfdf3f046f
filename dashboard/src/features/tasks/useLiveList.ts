import { type InfiniteData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { components } from "@/api/schema";
import { TASKS, workerNames } from "@/api/tasks";
import { useTaskEvents } from "@/live/live";
import { patchCached } from "@/live/patchCached";
import { patched } from "@/live/patches";

type TaskPage = components["schemas"]["TaskPage"];

/** Nobody counts on above this, and a page that is open for days must not grow. */
export const MANY_NEW = 1_000;

/** Rows on show follow what happens; of tasks that are new only the number is kept, so that nothing jumps. */
export function useLiveList(): { count: number; reset: () => void } {
  const client = useQueryClient();
  const names = useQuery(workerNames).data;
  const [created, setCreated] = useState<ReadonlySet<string>>(new Set());
  useTaskEvents({
    onEvents: (events) => {
      patchCached<InfiniteData<TaskPage>>(client, [TASKS, "list"], (list) =>
        patched(list, events, (id) => names?.get(id)),
      );
      const fresh = events.filter(({ type }) => type === "created").map(({ task_id }) => task_id);
      if (fresh.length) setCreated((known) => (known.size < MANY_NEW ? new Set([...known, ...fresh]) : known));
    },
  });
  return { count: created.size, reset: () => setCreated(new Set()) };
}
