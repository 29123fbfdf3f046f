import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answerOf, api } from "@/api/client";
import type { components } from "@/api/schema";
import type { AlertFilters } from "./search";

export type Rule = components["schemas"]["RuleView"];
export type RuleBody = components["schemas"]["RuleBody"];
export type RuleKind = components["schemas"]["RuleKind"];
export type Notification = components["schemas"]["NotificationView"];

export const ALERTS = "alerts";
export const RULES = "alert-rules";
const PAGE = 30;

/** The newest first, page by page. Alerts are no task's events, so they are asked for while somebody looks. */
export function notificationList({ state, rule, unread }: AlertFilters) {
  return infiniteQueryOptions({
    queryKey: [ALERTS, { state, rule, unread }],
    queryFn: ({ pageParam, signal }) => {
      const query = { state, rule, unread, after: pageParam, limit: PAGE };
      return answerOf(api.GET("/api/v1/notifications", { params: { query }, signal }));
    },
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData,
    refetchInterval: 10_000,
  });
}

export const rules = queryOptions({
  queryKey: [RULES],
  queryFn: async ({ signal }) => (await answerOf(api.GET("/api/v1/alerts/rules", { signal }))).rules,
});

export const channels = queryOptions({
  queryKey: ["alert-channels"],
  queryFn: async ({ signal }) => (await answerOf(api.GET("/api/v1/channels", { signal }))).channels,
  staleTime: 60_000,
});

/** What became of the messages of a notification; asked for until each is sent, or is not. */
export function deliveries(id: number) {
  return queryOptions({
    queryKey: [ALERTS, "deliveries", id],
    queryFn: async ({ signal }) => {
      const params = { path: { notification_id: id } };
      return (await answerOf(api.GET("/api/v1/notifications/{notification_id}/deliveries", { params, signal })))
        .deliveries;
    },
    refetchInterval: ({ state }) => (state.data?.some((each) => each.state === "pending") ? 1_000 : false),
  });
}

const named = (name: string) => ({ path: { name } });
const numbered = (id: number) => ({ path: { notification_id: id } });

export const steer = {
  put: (name: string, body: RuleBody) =>
    answerOf(api.PUT("/api/v1/alerts/rules/{name}", { params: named(name), body })),
  remove: (name: string) => answerOf(api.DELETE("/api/v1/alerts/rules/{name}", { params: named(name) })),
  muteRule: (name: string, seconds: number) =>
    answerOf(api.POST("/api/v1/alerts/rules/{name}/mute", { params: named(name), body: { seconds } })),
  unmuteRule: (name: string) => answerOf(api.DELETE("/api/v1/alerts/rules/{name}/mute", { params: named(name) })),
  testRule: (name: string) => answerOf(api.POST("/api/v1/alerts/rules/{name}/test", { params: named(name) })),
  testChannel: (name: string) => answerOf(api.POST("/api/v1/channels/{name}/test", { params: named(name) })),
  mute: (id: number, seconds: number) =>
    answerOf(api.POST("/api/v1/notifications/{notification_id}/mute", { params: numbered(id), body: { seconds } })),
  unmute: (id: number) =>
    answerOf(api.DELETE("/api/v1/notifications/{notification_id}/mute", { params: numbered(id) })),
  read: (id: number) => answerOf(api.POST("/api/v1/notifications/read", { body: { ids: [id] } })),
  readUpTo: (id: number) => answerOf(api.POST("/api/v1/notifications/read", { body: { up_to: id } })),
};
