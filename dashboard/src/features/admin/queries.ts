import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answerOf, api } from "@/api/client";
import type { components } from "@/api/schema";
import type { AdminFilters } from "./search";

export type User = components["schemas"]["UserView"];
export type Key = components["schemas"]["KeyView"];
export type Entry = components["schemas"]["AuditEntryView"];

export const USERS = "users";
export const KEYS = "keys";
const PAGE = 50;

export const users = queryOptions({
  queryKey: [USERS],
  queryFn: async ({ signal }) => (await answerOf(api.GET("/api/v1/users", { signal }))).users,
});

export function keyList({ kind, owner, ended }: AdminFilters) {
  return infiniteQueryOptions({
    queryKey: [KEYS, { kind, owner, ended }],
    queryFn: ({ pageParam, signal }) => {
      const query = { kind, owner, ended, page: pageParam, limit: PAGE };
      return answerOf(api.GET("/api/v1/keys", { params: { query }, signal }));
    },
    initialPageParam: 1,
    getNextPageParam: (last) => (last.more ? last.page + 1 : null),
    placeholderData: keepPreviousData,
  });
}

/** What the audit log is asked for; its export takes the same. */
export function auditQuery({ actor, action, object, since, until }: AdminFilters) {
  return { actor, action, object, since, until };
}

export function auditLog(filters: AdminFilters) {
  const wanted = auditQuery(filters);
  return infiniteQueryOptions({
    queryKey: ["audit", wanted],
    queryFn: ({ pageParam, signal }) => {
      const query = { ...wanted, after: pageParam, limit: PAGE };
      return answerOf(api.GET("/api/v1/audit", { params: { query }, signal }));
    },
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
}

const of = (user_id: string) => ({ path: { user_id } });

export const steer = {
  add: (body: components["schemas"]["NewUser"]) => answerOf(api.POST("/api/v1/users", { body })),
  change: ({ id, ...body }: { id: string; role?: User["role"]; disabled?: boolean }) =>
    answerOf(
      api.PATCH("/api/v1/users/{user_id}", { params: of(id), body: body as components["schemas"]["UserChange"] }),
    ),
  setPassword: (id: string, password: string) =>
    answerOf(api.PUT("/api/v1/users/{user_id}/password", { params: of(id), body: { password } })),
  makeKey: (body: components["schemas"]["NewKey"]) => answerOf(api.POST("/api/v1/keys", { body })),
  revokeKey: (key_id: string) => answerOf(api.POST("/api/v1/keys/{key_id}/revoke", { params: { path: { key_id } } })),
};
