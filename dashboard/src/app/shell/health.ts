import { useQuery } from "@tanstack/react-query";
import { answerOf, api, basePath } from "@/api/client";
import { useHealth } from "@/live/live";
import { useNow } from "@/ui/now";
import { countsQuery } from "./counts";

export interface Part {
  name: string;
  well: boolean | null;
  says: string;
}

/** Core counts some ten seconds behind; this long without is a core that does not work. */
const CORE_SECONDS = 90;
/** What waits longer than this for Temporal is not taken any more. */
const OUTBOX_SECONDS = 15;

async function isReady(signal: AbortSignal): Promise<boolean> {
  const answer = await fetch(`${basePath}/readyz`, { signal });
  return answer.ok;
}

/** How each part of the system is, as far as the API can tell. */
export function useParts(): Part[] {
  const now = useNow();
  const stream = useHealth();
  const often = { refetchInterval: 15_000, retry: false } as const;
  const ready = useQuery({ queryKey: ["ready"], queryFn: ({ signal }) => isReady(signal), ...often });
  const counts = useQuery(countsQuery);
  const queue = useQuery({
    queryKey: ["queue"],
    queryFn: ({ signal }) => answerOf(api.GET("/api/v1/metrics/queue", { signal })),
    ...often,
  });
  const workers = useQuery({
    queryKey: ["worker-states"],
    queryFn: ({ signal }) => answerOf(api.GET("/api/v1/metrics/workers", { signal })),
    ...often,
  });
  const counted = counts.data?.as_of ? (now.getTime() - new Date(counts.data.as_of).getTime()) / 1_000 : null;
  const waits = queue.data?.outbox_oldest_seconds ?? 0;
  const states = workers.data?.states ?? {};
  const online = (states.online ?? 0) + (states.busy ?? 0) + (states.idle ?? 0) + (states.draining ?? 0);
  const slots = workers.data?.slots ?? 0;
  return [
    { name: "API", well: !ready.isError, says: ready.isError ? "does not answer" : "answers" },
    {
      name: "Postgres",
      well: ready.data ?? (ready.isError ? null : true),
      says: ready.isError ? "unknown" : ready.data === false ? "does not answer" : "answers",
    },
    {
      name: "Core",
      well: counted === null ? null : counted < CORE_SECONDS,
      says: counted === null ? "has not counted yet" : `counted ${Math.max(0, Math.round(counted))} s ago`,
    },
    {
      name: "Temporal",
      well: queue.data ? waits < OUTBOX_SECONDS : null,
      says: !queue.data
        ? "unknown"
        : waits < OUTBOX_SECONDS
          ? "takes tasks"
          : `${queue.data.outbox} commands wait, the oldest for ${Math.round(waits)} s`,
    },
    {
      name: "Workers",
      well: workers.data ? slots > 0 || online > 0 : null,
      says: workers.data ? `${workers.data.slots_used} of ${slots} slots in use` : "unknown",
    },
    {
      name: "Live changes",
      well: stream.connection === "connecting" ? null : stream.connection === "open",
      says: { open: "connected", lost: "connection lost, trying again", connecting: "connecting" }[stream.connection],
    },
  ];
}
