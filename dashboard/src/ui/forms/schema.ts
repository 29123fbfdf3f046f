/** Reads what a task type says of its params (JSON Schema as pydantic writes it) as fields of a form. */
import { labelOf } from "../params";

export interface Schema {
  type?: string;
  title?: string;
  description?: string;
  default?: unknown;
  examples?: unknown[];
  enum?: unknown[];
  const?: unknown;
  format?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  $ref?: string;
  $defs?: Record<string, Schema>;
}

export type Kind =
  | "text"
  | "long text"
  | "number"
  | "yes or no"
  | "choice"
  | "list"
  | "object"
  | "date"
  | "time"
  | "json";

export interface Field {
  name: string;
  /** Where it stands, as the API names it in an error: `params.date_range.last_days`. */
  path: string;
  label: string;
  kind: Kind;
  required: boolean;
  schema: Schema;
  /** What it is when nothing is entered, for people. */
  usual: string;
  fields: Field[];
}

const LONG_TEXT = 1_000;

export function fieldsOf(schema: Schema, path: string, root: Schema = schema): Field[] {
  return Object.entries(schema.properties ?? {}).map(([name, property]) => {
    const plain = resolved(property, root);
    const kind = kindOf(plain);
    const at = `${path}.${name}`;
    return {
      name,
      path: at,
      label: labelOf(name),
      kind,
      required: schema.required?.includes(name) ?? false,
      schema: plain,
      usual: usualOf(plain),
      fields: kind === "object" ? fieldsOf(withDefaults(plain), at, root) : [],
    };
  });
}

/** What an object is when nothing is entered is told of each of its fields. */
function withDefaults(schema: Schema): Schema {
  const usual = (schema.default ?? {}) as Record<string, unknown>;
  const properties = Object.entries(schema.properties ?? {}).map(([name, property]) => [
    name,
    name in usual ? { ...property, default: usual[name] } : property,
  ]);
  return { ...schema, properties: Object.fromEntries(properties) };
}

/** Without references, and without the null of "may be left out". */
function resolved(schema: Schema, root: Schema): Schema {
  let found = schema;
  if (found.$ref) {
    const name = found.$ref.split("/").pop() ?? "";
    found = { ...root.$defs?.[name], ...found, $ref: undefined };
  }
  const others = found.anyOf?.filter((each) => each.type !== "null");
  const [only] = others ?? [];
  if (others?.length === 1 && only) {
    const { anyOf: _, ...said } = found;
    return { ...resolved(only, root), ...said };
  }
  return found;
}

function kindOf(schema: Schema): Kind {
  if (schema.anyOf) return "json";
  if (schema.enum) return "choice";
  if (schema.type === "integer" || schema.type === "number") return "number";
  if (schema.type === "boolean") return "yes or no";
  if (schema.type === "array") return schema.items?.type === "string" ? "list" : "json";
  if (schema.type === "object") return schema.properties ? "object" : "json";
  if (schema.type !== "string") return "json";
  if (schema.format === "date") return "date";
  if (schema.format === "date-time") return "time";
  return (schema.maxLength ?? 0) >= LONG_TEXT && schema.format !== "uri" ? "long text" : "text";
}

function usualOf({ default: usual }: Schema): string {
  if (usual === undefined || usual === null) return "";
  if (Array.isArray(usual)) return usual.join(", ");
  return typeof usual === "string" ? usual : JSON.stringify(usual);
}

export type Params = Record<string, unknown>;

/** What is sent: fields that were left empty are left out, so that the API's defaults hold. */
export function entered(params: Params): Params {
  const kept: Params = {};
  for (const [name, value] of Object.entries(params)) {
    const plain = isParams(value) ? entered(value) : value;
    if (!isEmpty(plain)) kept[name] = plain;
  }
  return kept;
}

export function isParams(value: unknown): value is Params {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return true;
  if (Array.isArray(value)) return value.length === 0;
  return isParams(value) && Object.keys(value).length === 0;
}

export interface FieldError {
  field: string;
  message: string;
}

/** What the API said about this field, or about what is within it. */
export function errorAt(errors: FieldError[], path: string): string | undefined {
  const said = errors.filter(({ field }) => field === path || field.startsWith(`${path}.`));
  return said.length ? said.map(({ message }) => message).join(" ") : undefined;
}

/** What the API said about none of these. */
export function errorsElsewhere(errors: FieldError[], fields: Field[]): FieldError[] {
  return errors.filter(({ field }) => !fields.some(({ path }) => field === path || field.startsWith(`${path}.`)));
}

/** What was typed where anything may be: JSON, or else the text as it stands. */
export function anythingIn(typed: string): unknown {
  try {
    return JSON.parse(typed);
  } catch {
    return typed;
  }
}

/** It was meant to be an object, a list or a text in quotes, by how it begins, and cannot be read as one. */
export function isBrokenJson(typed: string): boolean {
  return /^\s*[[{"]/.test(typed) && anythingIn(typed) === typed;
}
