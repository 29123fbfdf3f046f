import type { Template } from "@/api/templates";
import { type Field, fieldsOf, isParams, type Params, type Schema } from "@/ui/forms/schema";
import { labelOf } from "@/ui/params";

/** What a template asks for, as fields of a form: of the kind that the type of the task says, with what is saved there. */
export function fieldsToAsk(template: Template, schema: Schema): Field[] {
  const all = fieldsOf(schema, "params");
  return Object.entries(template.fields).map(([name, { param, description, required }]) => {
    const steps = (param ?? name).split(".");
    const found = fieldAt(all, steps) ?? unknown;
    const saved = valueAt((template.task.params ?? {}) as Params, steps);
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

function valueAt(params: Params, steps: string[]): unknown {
  return steps.reduce<unknown>((inner, step) => (isParams(inner) ? inner[step] : undefined), params);
}

function inShort(value: unknown): string {
  if (Array.isArray(value)) return value.join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
