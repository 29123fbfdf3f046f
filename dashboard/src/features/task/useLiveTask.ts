import { useQueryClient } from "@tanstack/react-query";
import { type TaskDetail, taskDetail } from "@/api/tasks";
import { askAnew } from "@/live/askAnew";
import { useTaskEvents } from "@/live/live";
import { patchCached } from "@/live/patchCached";
import { changedBy } from "@/live/patches";

/** Progress is drawn from the event itself; what else happened is asked for, since an event does not say all of it. */
export function useLiveTask(id: string): void {
  const client = useQueryClient();
  const { queryKey } = taskDetail(id);
  useTaskEvents({
    onEvents: (events) => {
      const own = events.filter(({ task_id }) => task_id === id);
      if (own.length === 0) return;
      patchCached<TaskDetail>(client, queryKey, (task) =>
        own.reduce((changed, event) => changedBy(changed, event, () => undefined), task),
      );
      if (own.some(({ type }) => type !== "progress")) void askAnew(client, { queryKey });
    },
  });
}
