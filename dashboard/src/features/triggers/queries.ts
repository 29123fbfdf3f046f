import { queryOptions } from "@tanstack/react-query";
import { answerOf, api } from "@/api/client";
import type { components } from "@/api/schema";

type Schemas = components["schemas"];
export type Trigger = Schemas["TriggerView"];
export type TriggerDetail = Schemas["TriggerDetailView"];
export type Delivery = Schemas["TriggerDeliveryView"];
export type Trial = Schemas["TrialView"];
export type Body = Schemas["TriggerBody-Input"];
export type NewTrigger = Schemas["NewTrigger"];

export const TRIGGERS = "triggers";
const OFTEN_MS = 3_000;
const RARELY_MS = 10_000;

/** What comes to triggers is no task's event, so it is asked for while somebody looks. */
export const triggers = queryOptions({
  queryKey: [TRIGGERS],
  queryFn: ({ signal }) => answerOf(api.GET("/api/v1/triggers", { signal })),
  refetchInterval: RARELY_MS,
});

/** The kinds of rows that there are. */
export const recordKinds = queryOptions({
  queryKey: ["record-kinds"],
  queryFn: async ({ signal }) => (await answerOf(api.GET("/api/v1/records", { signal }))).kinds,
});

const named = (trigger: string) => ({ path: { trigger } });
const of = (trigger: string, delivery: number) => ({ path: { trigger, delivery } });

export function triggerDetail(name: string) {
  return queryOptions({
    queryKey: [TRIGGERS, "one", name],
    queryFn: ({ signal }) => answerOf(api.GET("/api/v1/triggers/{trigger}", { params: named(name), signal })),
    refetchInterval: OFTEN_MS,
  });
}

export function deliveryDetail(name: string, id: number) {
  return queryOptions({
    queryKey: [TRIGGERS, "delivery", name, id],
    queryFn: ({ signal }) =>
      answerOf(api.GET("/api/v1/triggers/{trigger}/deliveries/{delivery}", { params: of(name, id), signal })),
  });
}

export const steer = {
  // Without a key that would have its answer kept: the secret is in it. A name that is taken is refused.
  create: (body: NewTrigger) => answerOf(api.POST("/api/v1/triggers", { body })),
  change: (name: string, body: Body) => answerOf(api.PUT("/api/v1/triggers/{trigger}", { params: named(name), body })),
  pause: (name: string, reason: string) =>
    answerOf(api.POST("/api/v1/triggers/{trigger}/pause", { params: named(name), body: { reason } })),
  resume: (name: string) => answerOf(api.POST("/api/v1/triggers/{trigger}/resume", { params: named(name) })),
  rotate: (name: string, body: Schemas["SecretRotation"]) =>
    answerOf(api.POST("/api/v1/triggers/{trigger}/rotate", { params: named(name), body })),
  remove: (name: string) => answerOf(api.DELETE("/api/v1/triggers/{trigger}", { params: named(name) })),
  replay: (name: string, id: number) =>
    answerOf(api.POST("/api/v1/triggers/{trigger}/deliveries/{delivery}/replay", { params: of(name, id) })),
  test: (name: string, payload: unknown) =>
    answerOf(api.POST("/api/v1/triggers/{trigger}/test", { params: named(name), body: { payload } })),
  preview: (trigger: Body, payload: unknown) =>
    answerOf(api.POST("/api/v1/triggers/preview", { body: { trigger, payload } })),
};
