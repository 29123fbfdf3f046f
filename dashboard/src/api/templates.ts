import { queryOptions } from "@tanstack/react-query";
import { answerOf, api } from "./client";
import { once } from "./once";
import type { components } from "./schema";

type Schemas = components["schemas"];
export type Template = Schemas["TemplateView"];
export type NewTemplate = Schemas["NewTemplate"];

export const TEMPLATES = "templates";

/** ``workspace``: of one of them; undefined: of all that one sees. */
export function templates(workspace: string | undefined) {
  return queryOptions({
    queryKey: [TEMPLATES, "list", workspace ?? "all"],
    queryFn: async ({ signal }) =>
      (await answerOf(api.GET("/api/v1/templates", { params: { query: { workspace } }, signal }))).templates,
  });
}

/** The newest version, unless another one is named; of one workspace, as several may have one of this name. */
export function template(name: string, workspace: string | undefined, version?: number) {
  return queryOptions({
    queryKey: [TEMPLATES, "one", name, workspace ?? "any", version ?? "newest"],
    queryFn: ({ signal }) => {
      const params = { path: { name }, query: { version, workspace } };
      return answerOf(api.GET("/api/v1/templates/{name}", { params, signal }));
    },
  });
}

export const steerTemplate = {
  save: (name: string, body: NewTemplate) =>
    answerOf(api.PUT("/api/v1/templates/{name}", { params: { path: { name } }, body })),
  remove: ({ name, workspace }: Template) =>
    answerOf(api.DELETE("/api/v1/templates/{name}", { params: { path: { name }, query: { workspace } } })),
  run: ({ name, workspace }: Template, body: Schemas["RunTemplate"]) =>
    once(`template.${workspace}.${name}`, body, (header) => {
      const params = { path: { name }, query: { workspace }, header };
      return answerOf(api.POST("/api/v1/templates/{name}/run", { params, body }));
    }),
};
