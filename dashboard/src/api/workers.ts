import { queryOptions } from "@tanstack/react-query";
import { answerOf, api } from "./client";
import type { components } from "./schema";

export type Worker = components["schemas"]["WorkerView"];
export type WorkerDetail = components["schemas"]["WorkerDetailView"];
export type WorkerEvent = components["schemas"]["WorkerEventView"];
export type Invitation = components["schemas"]["InvitationView"];
export type Activity = components["schemas"]["ActivityView"];
export type Capability = components["schemas"]["CapabilityView"];

/** The first key of everything that shows workers. */
export const WORKERS = "workers";
export const CAPABILITIES = "capabilities";

/** That a worker is there or gone is no task's event, so it is asked for: only while somebody looks. */
const OFTEN_MS = 4_000;
const PERIODS = 24;
const PERIOD_SECONDS = 300;
/** What the sparklines show, in words. */
export const ACTIVITY_SAYS = "Attempts of the last two hours";

export const workerList = queryOptions({
  queryKey: [WORKERS, "list"],
  queryFn: async ({ signal }) => (await answerOf(api.GET("/api/v1/workers", { signal }))).workers,
  refetchInterval: OFTEN_MS,
});

export const workerActivity = queryOptions({
  queryKey: [WORKERS, "activity"],
  queryFn: ({ signal }) => {
    const query = { periods: PERIODS, seconds: PERIOD_SECONDS };
    return answerOf(api.GET("/api/v1/metrics/workers/activity", { params: { query }, signal }));
  },
  refetchInterval: 30_000,
});

export function workerDetail(id: string) {
  return queryOptions({
    queryKey: [WORKERS, "one", id],
    queryFn: ({ signal }): Promise<WorkerDetail> =>
      answerOf(api.GET("/api/v1/workers/{worker_id}", { params: { path: { worker_id: id } }, signal })),
    refetchInterval: OFTEN_MS,
  });
}

export const invitations = queryOptions({
  queryKey: [WORKERS, "invitations"],
  queryFn: async ({ signal }) =>
    (await answerOf(api.GET("/api/v1/workers/invitations", { params: { query: { limit: 20 } }, signal }))).invitations,
});

/** With the pause of everything, if there is one. */
export const capabilities = queryOptions({
  queryKey: [CAPABILITIES],
  queryFn: ({ signal }) => answerOf(api.GET("/api/v1/capabilities", { signal })),
  refetchInterval: OFTEN_MS,
});

const at = (id: string) => ({ path: { worker_id: id } });

export const steerWorker = {
  pause: (id: string, reason: string) =>
    answerOf(api.POST("/api/v1/workers/{worker_id}/pause", { params: at(id), body: { reason } })),
  drain: (id: string, reason: string) =>
    answerOf(api.POST("/api/v1/workers/{worker_id}/drain", { params: at(id), body: { reason } })),
  resume: (id: string) => answerOf(api.POST("/api/v1/workers/{worker_id}/resume", { params: at(id) })),
  change: (id: string, body: components["schemas"]["WorkerChange"]) =>
    answerOf(api.PATCH("/api/v1/workers/{worker_id}", { params: at(id), body })),
  rotate: (id: string, grace_seconds: number) =>
    answerOf(api.POST("/api/v1/workers/{worker_id}/rotate", { params: at(id), body: { grace_seconds } })),
  revoke: (id: string) => answerOf(api.POST("/api/v1/workers/{worker_id}/revoke", { params: at(id) })),
  retire: (id: string) => answerOf(api.DELETE("/api/v1/workers/{worker_id}", { params: at(id) })),
  invite: (body: components["schemas"]["NewInvitation"]) => answerOf(api.POST("/api/v1/workers/invitations", { body })),
  withdraw: (id: string) =>
    answerOf(api.DELETE("/api/v1/workers/invitations/{invitation_id}", { params: { path: { invitation_id: id } } })),
};
