import type { NewTemplate } from "@/api/templates";
import type { Asked } from "@/ui/forms/TemplateForm";

interface Document {
  inputs?: Record<string, unknown>;
  steps?: { id: string; params?: Record<string, unknown> }[];
}

/** What can become a field: each input, and each param of a step that is no expression. */
export function candidates({ inputs, steps }: Document): string[] {
  const params = (steps ?? []).flatMap(({ id, params }) =>
    Object.entries(params ?? {})
      .filter(([, value]) => !(typeof value === "string" && value.includes("${{")))
      .map(([name]) => `steps.${id}.params.${name}`),
  );
  return [...Object.keys(inputs ?? {}), ...params];
}

/** Names of fields are small letters, digits, - and _. */
function nameOf(param: string): string {
  return param
    .replace(/^steps\.([^.]+)\.params\./, "$1-")
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, "-")
    .replace(/^[^a-z]+/, "");
}

export function bodyOf(plan: string, description: string, { asked, required }: Asked): NewTemplate {
  const fields = asked.map((param) => {
    const name = nameOf(param) || "field";
    return [name, { ...(name === param ? {} : { param }), required: required.includes(param) }];
  });
  return { from_plan: plan, description, fields: Object.fromEntries(fields), kind: "clawdbot.template/1" };
}
