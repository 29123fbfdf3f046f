import { queryOptions } from "@tanstack/react-query";
import { answerOf, api } from "./client";
import type { components } from "./schema";

type Schemas = components["schemas"];
export type Workspace = Schemas["WorkspaceView"];
export type WorkspaceDetail = Schemas["WorkspaceDetailView"];
export type Limits = Schemas["WorkspaceBody"];
export type Member = Schemas["MemberView"];

export const WORKSPACES = "workspaces";
const at = (workspace: string) => ({ path: { workspace } });
const of = (workspace: string, user_id: string) => ({ path: { workspace, user_id } });

export const workspaces = queryOptions({
  queryKey: [WORKSPACES],
  queryFn: async ({ signal }) => (await answerOf(api.GET("/api/v1/workspaces", { signal }))).workspaces,
});

export function workspace(name: string) {
  return queryOptions({
    queryKey: [WORKSPACES, "one", name],
    queryFn: ({ signal }) => answerOf(api.GET("/api/v1/workspaces/{workspace}", { params: at(name), signal })),
  });
}

export const steerWorkspace = {
  put: ({ name, body }: { name: string; body: Limits }) =>
    answerOf(api.PUT("/api/v1/workspaces/{workspace}", { params: at(name), body })),
  join: ({ name, user, role }: { name: string; user: string; role: Schemas["MemberBody"]["role"] }) =>
    answerOf(api.PUT("/api/v1/workspaces/{workspace}/members/{user_id}", { params: of(name, user), body: { role } })),
  leave: ({ name, user }: { name: string; user: string }) =>
    answerOf(api.DELETE("/api/v1/workspaces/{workspace}/members/{user_id}", { params: of(name, user) })),
};
