import { queryOptions } from "@tanstack/react-query";
import { answerOf, api } from "@/api/client";
import { once } from "@/api/once";
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
export function triggers(workspace: string | undefined) {
  return queryOptions({
    queryKey: [TRIGGERS, "list", workspace ?? "all"],
    queryFn: ({ signal }) => answerOf(api.GET("/api/v1/triggers", { params: { query: { workspace } }, signal })),
    refetchInterval: RARELY_MS,
  });
}

/** The kinds of rows that there are. */
export const recordKinds = queryOptions({
  queryKey: ["record-kinds"],
  queryFn: async ({ signal }) => (await answerOf(api.GET("/api/v1/records", { signal }))).kinds,
});

/** By name, as people write addresses, or by id, of which there is one only. */
const named = (trigger: string) => ({ path: { trigger } });
const of = (trigger: string, delivery: number) => ({ path: { trigger, delivery } });

/** By what its page is called. */
export function addressOf({ id, name, workspace }: Trigger): string {
  return workspace === "default" ? name : id;
}

export function triggerDetail(key: string) {
  return queryOptions({
    queryKey: [TRIGGERS, "one", key],
    queryFn: ({ signal }) => answerOf(api.GET("/api/v1/triggers/{trigger}", { params: named(key), signal })),
    refetchInterval: OFTEN_MS,
  });
}

export function deliveryDetail(trigger: string, id: number) {
  return queryOptions({
    queryKey: [TRIGGERS, "delivery", trigger, id],
    queryFn: ({ signal }) =>
      answerOf(api.GET("/api/v1/triggers/{trigger}/deliveries/{delivery}", { params: of(trigger, id), signal })),
  });
}

export const steer = {
  // Without a key that would have its answer kept: the secret is in it. A name that is taken is refused.
  create: (body: NewTrigger) => answerOf(api.POST("/api/v1/triggers", { body })),
  change: (id: string, body: Body) => answerOf(api.PUT("/api/v1/triggers/{trigger}", { params: named(id), body })),
  pause: (id: string, reason: string) =>
    answerOf(api.POST("/api/v1/triggers/{trigger}/pause", { params: named(id), body: { reason } })),
  resume: (id: string) => answerOf(api.POST("/api/v1/triggers/{trigger}/resume", { params: named(id) })),
  rotate: (id: string, body: Schemas["SecretRotation"]) =>
    answerOf(api.POST("/api/v1/triggers/{trigger}/rotate", { params: named(id), body })),
  remove: (id: string) => answerOf(api.DELETE("/api/v1/triggers/{trigger}", { params: named(id) })),
  replay: (id: string, delivery: number) =>
    once(`replay.${id}`, delivery, (header) => {
      const params = { ...of(id, delivery), header };
      return answerOf(api.POST("/api/v1/triggers/{trigger}/deliveries/{delivery}/replay", { params }));
    }),
  test: (id: string, payload: unknown) =>
    answerOf(api.POST("/api/v1/triggers/{trigger}/test", { params: named(id), body: { payload } })),
  preview: (trigger: Body, payload: unknown, workspace: string | null) =>
    answerOf(api.POST("/api/v1/triggers/preview", { body: { trigger, payload, workspace } })),
};
