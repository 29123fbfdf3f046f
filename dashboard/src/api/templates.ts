import { queryOptions } from "@tanstack/react-query";
import { answerOf, api } from "./client";
import { once } from "./once";
import type { components } from "./schema";

type Schemas = components["schemas"];
export type Template = Schemas["TemplateView"];
export type NewTemplate = Schemas["NewTemplate"];

export const TEMPLATES = "templates";

export const templates = queryOptions({
  queryKey: [TEMPLATES],
  queryFn: async ({ signal }) => (await answerOf(api.GET("/api/v1/templates", { signal }))).templates,
});

/** The newest version, unless another one is named. */
export function template(name: string, version?: number) {
  return queryOptions({
    queryKey: [TEMPLATES, "one", name, version ?? "newest"],
    queryFn: ({ signal }) => {
      const params = { path: { name }, query: { version } };
      return answerOf(api.GET("/api/v1/templates/{name}", { params, signal }));
    },
  });
}

export const steerTemplate = {
  save: (name: string, body: NewTemplate) =>
    answerOf(api.PUT("/api/v1/templates/{name}", { params: { path: { name } }, body })),
  remove: (name: string) => answerOf(api.DELETE("/api/v1/templates/{name}", { params: { path: { name } } })),
  run: (name: string, body: Schemas["RunTemplate"]) =>
    once(`template.${name}`, body, (header) =>
      answerOf(api.POST("/api/v1/templates/{name}/run", { params: { path: { name }, header }, body })),
    ),
};
