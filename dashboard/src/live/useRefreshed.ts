import { type QueryKey, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { useTaskEvents } from "./live";
import type { TaskEvent } from "./stream";

/** What depends on tasks is asked for anew when something happens to them, once in `pause` milliseconds at most. */
export function useRefreshed(queryKeys: QueryKey[], pause: number, concerns?: (event: TaskEvent) => boolean): void {
  const client = useQueryClient();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  useTaskEvents({
    onEvents: (events) => {
      if (timer.current || !events.some((event) => event.type !== "progress" && (concerns?.(event) ?? true))) return;
      timer.current = setTimeout(() => {
        timer.current = undefined;
        for (const queryKey of queryKeys) void client.invalidateQueries({ queryKey });
      }, pause);
    },
  });
}
