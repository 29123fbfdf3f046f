import { type QueryKey, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { useTaskEvents } from "./live";
import type { TaskEvent } from "./stream";

/**
 * Asks anew for what is on show after something has happened to tasks: once in `pause` milliseconds at most, however
 * much happens. Progress changes no list.
 */
export function useRefresh(
  queryKey: QueryKey,
  pause: number,
  concerns: (event: TaskEvent) => boolean = ({ type }) => type !== "progress",
): void {
  const client = useQueryClient();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useTaskEvents({
    onEvents: (events) => {
      if (timer.current || !events.some(concerns)) return;
      timer.current = setTimeout(() => {
        timer.current = undefined;
        void client.invalidateQueries({ queryKey });
      }, pause);
    },
  });
  useEffect(() => () => clearTimeout(timer.current), []);
}

const OVER: readonly string[] = ["succeeded", "failed", "cancelled", "rejected"];

/** For what changes only when a task is over: collected rows, figures. */
export function isEnd({ type, status }: TaskEvent): boolean {
  return type !== "progress" && OVER.includes(status);
}
