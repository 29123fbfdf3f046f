import { queryOptions } from "@tanstack/react-query";
import { answerOf, api } from "@/api/client";
import type { components } from "@/api/schema";

export type View = components["schemas"]["SavedViewView"];

const PAGE = "tasks";

export const viewsQuery = queryOptions({
  queryKey: ["my-views", PAGE],
  queryFn: async ({ signal }): Promise<View[]> =>
    (await answerOf(api.GET("/api/v1/me/views", { params: { query: { page: PAGE } }, signal }))).views,
});

const at = (id: string) => ({ path: { view_id: id } });

export const views = {
  add: ({ name, query }: { name: string; query: string }) =>
    answerOf(api.POST("/api/v1/me/views", { body: { page: PAGE, name, query } })),
  change: ({ id, query }: { id: string; query: string }) =>
    answerOf(api.PATCH("/api/v1/me/views/{view_id}", { params: at(id), body: { query } })),
  remove: ({ id }: { id: string }) => answerOf(api.DELETE("/api/v1/me/views/{view_id}", { params: at(id) })),
};
