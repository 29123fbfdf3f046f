import type { Template } from "@/api/templates";
import { type Field, fieldsOf, isParams, type Params, type Schema } from "@/ui/forms/schema";
import { labelOf } from "@/ui/params";

/** What a template asks for, as fields of a form: of the kind that the type of the task says, with what is saved there. */
export function fieldsToAsk(template: Template, schema: Schema): Field[] {
  const all = template.plan ? [] : fieldsOf(schema, "params");
  return Object.entries(template.fields).map(([name, { param, description, required }]) => {
    const steps = (param ?? name).split(".");
    const saved = savedAt(template, steps);
    const found = fieldAt(all, steps) ?? (template.plan ? likeIt(saved) : unknown);
    return {
      ...found,
      ...{ name, path: `fields.${name}`, label: labelOf(name), required: required ?? false },
      usual: saved === undefined || saved === null ? found.usual : inShort(saved),
      schema: {
        ...found.schema,
        description: description ?? found.schema.description,
        ...(saved === undefined ? {} : { default: saved }),
      },
    };
  });
}

const unknown: Field = {
  ...{ name: "", path: "", label: "", kind: "json", required: false, usual: "", fields: [] },
  schema: {},
};

function fieldAt(fields: Field[], [step, ...rest]: string[]): Field | undefined {
  const found = fields.find(({ name }) => name === step);
  return rest.length && found ? fieldAt(found.fields, rest) : found;
}

/** A field of the kind of a value: inputs of plans have no schema. */
function likeIt(value: unknown): Field {
  const isNames = Array.isArray(value) && value.every((each) => typeof each === "string");
  const type = isNames ? "array" : ["string", "number", "boolean"].find((kind) => typeof value === kind);
  const [field] = fieldsOf({ properties: { value: { type, items: { type: "string" } } } }, "fields");
  return field ?? unknown;
}

function savedAt({ task, plan }: Template, steps: string[]): unknown {
  if (!plan) return valueAt((task?.params ?? {}) as Params, steps);
  const [first, id, third, ...rest] = steps;
  if (first !== "steps" || third !== "params") return valueAt((plan.inputs ?? {}) as Params, steps);
  const found = (plan.steps as { id: string; params?: Params }[]).find((step) => step.id === id);
  return valueAt(found?.params ?? {}, rest);
}

function valueAt(params: Params, steps: string[]): unknown {
  return steps.reduce<unknown>((inner, step) => (isParams(inner) ? inner[step] : undefined), params);
}

function inShort(value: unknown): string {
  if (Array.isArray(value)) return value.join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
