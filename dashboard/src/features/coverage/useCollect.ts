import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { answerOf, api } from "@/api/client";
import { once } from "@/api/once";
import type { components } from "@/api/schema";
import { TASKS } from "@/api/tasks";
import { useTaskEvents } from "@/live/live";
import { isEnd } from "@/live/useRefresh";
import { notifyOfSuccess } from "@/ui/acting/notify";
import { COVERAGE, collectors } from "./queries";

type Batch = components["schemas"]["BatchSubmission"];

/** What somebody has asked for here and is not over: the ids of tasks by `ticker/source`. Kept while pages change. */
let collecting: ReadonlyMap<string, string> = new Map();
const listeners = new Set<() => void>();

function become(changed: ReadonlyMap<string, string>): void {
  collecting = changed;
  for (const tell of listeners) tell();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function placeOf(ticker: string, source: string): string {
  return `${ticker}/${source}`;
}

/** Collect a source of some tickers now: one task for each, and each cell says so until its task is over. */
export function useCollect() {
  const client = useQueryClient();
  const types = useQuery(collectors).data;
  const under = useSyncExternalStore(subscribe, () => collecting);
  useTaskEvents({
    onEvents: (events) => {
      const over = new Set(events.filter(isEnd).map(({ task_id }) => task_id));
      const left = [...collecting].filter(([, id]) => !over.has(id));
      if (left.length === collecting.size) return;
      become(new Map(left));
      void client.invalidateQueries({ queryKey: COVERAGE });
    },
    onResync: () => become(new Map()),
  });
  const collect = useMutation({
    mutationFn: async ({ source, tickers }: { source: string; tickers: string[] }) => {
      const task_type = types?.get(source);
      if (!task_type) throw new Error(`No task type here collects ${source}.`);
      const tasks = tickers.map((ticker) => ({ task_type, params: { ticker }, tags: ["coverage"] }));
      const body = { tasks } as unknown as Batch;
      return once(`collect.${source}`, body, (header) =>
        answerOf(api.POST("/api/v1/tasks/batch", { body, params: { header } })),
      );
    },
    onSuccess: ({ task_ids }, { source, tickers }) => {
      const added = tickers.map((ticker, place) => [placeOf(ticker, source), task_ids[place] ?? ""] as const);
      become(new Map([...collecting, ...added]));
      notifyOfSuccess(
        tickers.length === 1 ? `Collecting ${source} for ${tickers[0]}.` : `${tickers.length} tasks were created.`,
      );
      void client.invalidateQueries({ queryKey: [TASKS] });
    },
  });
  return { collect, under, knows: (source: string) => types?.has(source) ?? false };
}

export type Collecting = ReturnType<typeof useCollect>;
