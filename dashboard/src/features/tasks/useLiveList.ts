import { type InfiniteData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { components } from "@/api/schema";
import { TASKS, workerNames } from "@/api/tasks";
import { useTaskEvents } from "@/live/live";
import { patched } from "@/live/patches";

type TaskPage = components["schemas"]["TaskPage"];

/** Rows on show follow what happens; of tasks that are new only the number is kept, so that nothing jumps. */
export function useLiveList(): { count: number; reset: () => void } {
  const client = useQueryClient();
  const names = useQuery(workerNames).data;
  const [created, setCreated] = useState<ReadonlySet<string>>(new Set());
  useTaskEvents({
    onEvents: (events) => {
      client.setQueriesData<InfiniteData<TaskPage>>({ queryKey: [TASKS, "list"] }, (list) =>
        list ? patched(list, events, (id) => names?.get(id)) : list,
      );
      const fresh = events.filter(({ type }) => type === "created");
      if (fresh.length) setCreated((known) => new Set([...known, ...fresh.map(({ task_id }) => task_id)]));
    },
  });
  return { count: created.size, reset: () => setCreated(new Set()) };
}
