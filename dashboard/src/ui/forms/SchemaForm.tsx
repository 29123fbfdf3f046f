import { Checkbox, Fieldset, NumberInput, Select, SimpleGrid, TagsInput, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { anythingIn, errorAt, type Field, type FieldError, isBrokenJson, isParams, type Params } from "./schema";

interface Props {
  fields: Field[];
  value: Params;
  onChange: (value: Params) => void;
  /** What the API refused (RFC 9457), shown at its fields. */
  errors?: FieldError[];
}

/** A form made of a JSON Schema, with what is usual where nothing is entered. */
export function SchemaForm({ fields, value, onChange, errors = [] }: Props) {
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm" verticalSpacing="sm">
      {fields.map((field) => (
        <FieldInput
          key={field.path}
          field={field}
          value={value[field.name]}
          onChange={(one) => onChange({ ...value, [field.name]: one })}
          errors={errors}
        />
      ))}
    </SimpleGrid>
  );
}

interface InputProps {
  field: Field;
  value: unknown;
  onChange: (value: unknown) => void;
  errors: FieldError[];
}

function FieldInput({ field, value, onChange, errors }: InputProps) {
  const { schema, kind, label, required, usual } = field;
  const error = errorAt(errors, field.path);
  const shared = { label, required, description: schema.description, error, name: field.path };
  switch (kind) {
    case "object":
      return (
        <Fieldset legend={label}>
          <SchemaForm fields={field.fields} value={isParams(value) ? value : {}} onChange={onChange} errors={errors} />
        </Fieldset>
      );
    case "number":
      return (
        <NumberInput
          {...shared}
          value={typeof value === "number" ? value : ""}
          placeholder={usual}
          min={schema.minimum}
          max={schema.maximum}
          allowDecimal={schema.type === "number"}
          // What is out of range is said, and not silently changed.
          clampBehavior="none"
          onChange={(one) => onChange(one === "" ? undefined : Number(one))}
        />
      );
    case "yes or no":
      return (
        <Checkbox
          label={label}
          description={schema.description}
          error={error}
          name={field.path}
          checked={typeof value === "boolean" ? value : schema.default === true}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      );
    case "choice":
      return (
        <Select
          {...shared}
          data={(schema.enum ?? []).map(String)}
          value={typeof value === "string" ? value : null}
          placeholder={usual || "Choose"}
          clearable={!required}
          onChange={(one) => onChange(one ?? undefined)}
        />
      );
    case "list":
      return (
        <TagsInput
          {...shared}
          value={Array.isArray(value) ? value.map(String) : []}
          placeholder={usual || "Type and press Enter, or paste a list"}
          splitChars={[",", "\n", ";", " "]}
          acceptValueOnBlur
          onChange={onChange}
        />
      );
    case "json":
      return <Anything shared={shared} value={value} usual={usual} onChange={onChange} />;
    case "long text":
      return (
        <Textarea
          {...shared}
          autosize
          minRows={2}
          maxRows={12}
          value={textOf(value)}
          placeholder={usual}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
    default:
      return (
        <TextInput
          {...shared}
          type={kind === "date" ? "date" : "text"}
          value={textOf(value)}
          placeholder={usual || String(schema.examples?.[0] ?? "")}
          maxLength={schema.maxLength}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
  }
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : value === undefined || value === null ? "" : JSON.stringify(value);
}

/** Any JSON; what is none is a text, and nothing is wrong with that. */
function Anything({
  shared,
  value,
  usual,
  onChange,
}: {
  shared: { description?: string };
  value: unknown;
  usual: string;
  onChange: (value: unknown) => void;
}) {
  const [text, setText] = useState(typeof value === "object" && value ? JSON.stringify(value, null, 2) : textOf(value));
  return (
    <Textarea
      {...shared}
      description={isBrokenJson(text) ? "This is no JSON as it stands, and is taken as text." : shared.description}
      value={text}
      placeholder={usual || "{ }"}
      autosize
      minRows={1}
      maxRows={12}
      onChange={(event) => {
        setText(event.currentTarget.value);
        onChange(anythingIn(event.currentTarget.value));
      }}
    />
  );
}
