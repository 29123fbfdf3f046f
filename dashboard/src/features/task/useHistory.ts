import { useMutation } from "@tanstack/react-query";
import { useEffect, useReducer, useState } from "react";
import { answerOf, api } from "@/api/client";
import type { TaskDetail } from "@/api/tasks";
import { useTaskEvents } from "@/live/live";
import { notifyOfFailure } from "@/ui/acting/notify";
import { askedOnce } from "./asked";
import { type History, NOTHING, withLive, withNewest, withOlder } from "./history";

const PAGE = 500;

/** The history of a task from its end; what is older is asked for when somebody goes there. */
export function useHistory({ id, events }: TaskDetail): History & { older: () => void; isAsking: boolean } {
  const [known, become] = useState<History>(() => withNewest(NOTHING, events));
  useEffect(() => become((before) => withNewest(before, events)), [events]);
  // Whoever stands at the end asks when this is drawn.
  const [, draw] = useReducer((count: number) => count + 1, 0);
  const [asked] = useState(() => askedOnce(draw));
  const ask = useMutation({
    mutationFn: (before: number) => {
      const params = { path: { task_id: id }, query: { before, limit: PAGE } };
      return answerOf(api.GET("/api/v1/tasks/{task_id}/events", { params }));
    },
    onSuccess: ({ events: older }, before) => become((now) => withOlder(now, before, older, older.length < PAGE)),
    onError: (error, before) => {
      if (asked.fail(before)) notifyOfFailure(error);
    },
    meta: { quiet: true },
  });
  useTaskEvents({
    onEvents: (happened) => {
      const own = happened.filter(({ task_id }) => task_id === id);
      if (own.length) become((before) => withLive(before, own, asked.last()));
    },
  });
  const oldest = known.lines.at(-1)?.id;
  const older = () => {
    if (oldest !== undefined && asked.begin(oldest)) ask.mutate(oldest);
  };
  return { ...known, older, isAsking: ask.isPending };
}
