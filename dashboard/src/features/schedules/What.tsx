import { Checkbox, SegmentedControl, Select, TagsInput, Text, Textarea } from "@mantine/core";
import { useMemo } from "react";
import { useIsMember } from "@/api/session";
import type { TaskType } from "@/api/tasks";
import { SchemaForm } from "@/ui/forms/SchemaForm";
import { errorAt, fieldsOf, type Schema } from "@/ui/forms/schema";
import { Section } from "@/ui/Section";
import type { Draft, What as Kind } from "./draft";
import type { Part } from "./ScheduleForm";

const LABELS: { value: Kind; label: string }[] = [
  { value: "tasks", label: "Tasks" },
  { value: "plan", label: "A plan" },
];

/** What is made when it is due: a task, one for each of several tickers, or a plan. */
export function What(part: Part & { types: TaskType[] }) {
  const { draft, change } = part;
  return (
    <Section title="What">
      <SegmentedControl
        aria-label="What it makes"
        data={LABELS}
        value={draft.what}
        onChange={(what) => change({ what: what as Kind, tickers: [], watchlist: false })}
      />
      {draft.what === "plan" ? <ThePlan {...part} /> : <TheTask {...part} />}
    </Section>
  );
}

function ThePlan(part: Part) {
  const { draft, change, errors } = part;
  return (
    <>
      <Textarea
        label="The plan"
        description="YAML or JSON: a name, and steps with what each needs"
        required
        autosize
        minRows={8}
        maxRows={30}
        spellCheck={false}
        value={draft.plan}
        error={errorAt(errors, "action.plan")}
        onChange={(event) => change({ plan: event.currentTarget.value })}
        styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
      />
      <Tickers {...part} description="Its input 'tickers', a list, becomes these" />
    </>
  );
}

function TheTask({ types, ...part }: Part & { types: TaskType[] }) {
  const { draft, change, errors } = part;
  const type = types.find(({ name }) => name === draft.task_type);
  const fields = useMemo(() => fieldsOf((type?.params_schema ?? {}) as Schema, "params"), [type]);
  const hasTicker = fields.some(({ name }) => name === "ticker");
  const many = draft.watchlist || draft.tickers.length > 0;
  const shown = fields.filter(({ name }) => !(many && name === "ticker"));
  return (
    <>
      <Select
        label="Type"
        placeholder="What is to be done"
        required
        searchable
        data={types.map(({ name }) => name)}
        value={draft.task_type}
        error={errorAt(errors, "action.task.task_type")}
        allowDeselect={false}
        onChange={(task_type) => change({ task_type, params: {}, tickers: [], watchlist: false })}
      />
      {type && (
        <Text size="sm" c="dimmed">
          {type.summary}
        </Text>
      )}
      {hasTicker && <Tickers {...part} description="A task for each of them" />}
      {type && (
        <SchemaForm
          key={type.name}
          fields={shown}
          value={draft.params}
          onChange={(params) => change({ params })}
          errors={errors.map((each) => ({ ...each, field: each.field.replace(/^(action\.)?task\./, "") }))}
        />
      )}
    </>
  );
}

function Tickers({ draft, change, errors, description }: Part & { description: string }) {
  // What is on it is not shown to members; one that somebody else has made may go on with it.
  const mayWatch = !useIsMember() || draft.watchlist;
  return (
    <>
      {mayWatch && (
        <Checkbox
          label="For each tracked ticker of the watchlist, as it then is"
          checked={draft.watchlist}
          onChange={(event) => change({ watchlist: event.currentTarget.checked, params: without(draft.params) })}
        />
      )}
      {!draft.watchlist && (
        <TagsInput
          label="Tickers"
          description={description}
          value={draft.tickers}
          splitChars={[",", ";", " ", "\n"]}
          acceptValueOnBlur
          error={errorAt(errors, "action.tickers")}
          onChange={(tickers) => change({ tickers, params: tickers.length ? without(draft.params) : draft.params })}
        />
      )}
    </>
  );
}

function without({ ticker: _, ...params }: Draft["params"]): Draft["params"] {
  return params;
}
