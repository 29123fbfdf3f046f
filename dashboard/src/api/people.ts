import { queryOptions } from "@tanstack/react-query";
import { answerOf, api } from "./client";
import type { components } from "./schema";

export type PersonSession = components["schemas"]["SessionView"];

export const SESSIONS = "sessions";
/** Of a new password, in characters; the API refuses shorter ones. */
export const SHORTEST_PASSWORD = 8;

export function sessions(everybody: boolean) {
  return queryOptions({
    queryKey: [SESSIONS, everybody],
    queryFn: async ({ signal }) =>
      (await answerOf(api.GET("/api/v1/sessions", { params: { query: { everybody } }, signal }))).sessions,
  });
}

export const steerSession = {
  revoke: (session_id: string) =>
    answerOf(api.DELETE("/api/v1/sessions/{session_id}", { params: { path: { session_id } } })),
  revokeOthers: () => answerOf(api.DELETE("/api/v1/sessions")),
};

export function changeOwnPassword(body: components["schemas"]["PasswordChange"]) {
  return answerOf(api.PUT("/api/v1/me/password", { body }));
}
