import { type QueryKey, useQueryClient } from "@tanstack/react-query";
import { askAnew } from "./askAnew";
import { useInTurn } from "./inTurn";
import { useTaskEvents } from "./live";
import type { TaskEvent } from "./stream";

/**
 * Asks anew for what depends on tasks after something has happened to them: once in `pause` milliseconds at most, however
 * much happens. Progress changes nothing of it.
 */
export function useRefresh(
  queryKeys: QueryKey[],
  pause: number,
  concerns: (event: TaskEvent) => boolean = () => true,
): void {
  const client = useQueryClient();
  const want = useInTurn(() => Promise.all(queryKeys.map((queryKey) => askAnew(client, { queryKey }))), pause);
  useTaskEvents({
    onEvents: (events) => {
      if (events.some((event) => event.type !== "progress" && concerns(event))) want();
    },
  });
}

const OVER: readonly string[] = ["succeeded", "failed", "cancelled", "rejected"];

/** For what changes only when a task is over: collected rows, figures. */
export function isEnd({ type, status }: TaskEvent): boolean {
  return type !== "progress" && OVER.includes(status);
}
