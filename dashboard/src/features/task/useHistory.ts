import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { answerOf, api } from "@/api/client";
import type { TaskDetail } from "@/api/tasks";
import { useTaskEvents } from "@/live/live";
import { type History, NOTHING, withLive, withNewest, withOlder } from "./history";

const PAGE = 500;

/** The history of a task from its end; what is older is asked for when somebody goes there. */
export function useHistory({ id, events }: TaskDetail): History & { older: () => void; isAsking: boolean } {
  const [known, become] = useState<History>(() => withNewest(NOTHING, events));
  useEffect(() => become((before) => withNewest(before, events)), [events]);
  /** Asked once for what is older than it: whether an answer is on its way is known a moment later only. */
  const asked = useRef<number | undefined>(undefined);
  const ask = useMutation({
    mutationFn: (before: number) => {
      const params = { path: { task_id: id }, query: { before, limit: PAGE } };
      return answerOf(api.GET("/api/v1/tasks/{task_id}/events", { params }));
    },
    onSuccess: ({ events: older }) => become((before) => withOlder(before, older, older.length < PAGE)),
  });
  useTaskEvents({
    onEvents: (happened) => {
      const own = happened.filter(({ task_id }) => task_id === id);
      if (own.length) become((before) => withLive(before, own));
    },
    // The server is there again: what it could not answer may be asked once more.
    onResync: () => {
      if (ask.isError) asked.current = undefined;
    },
  });
  const oldest = known.lines.at(-1)?.id;
  const older = () => {
    if (oldest === undefined || asked.current === oldest) return;
    asked.current = oldest;
    ask.mutate(oldest);
  };
  return { ...known, older, isAsking: ask.isPending };
}
