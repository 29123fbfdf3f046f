import { Button, Checkbox, Group, Select, SimpleGrid, Stack, TagsInput, Text, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useMemo } from "react";
import { ApiError } from "@/api/problem";
import type { TaskType } from "@/api/tasks";
import { useAct } from "@/ui/acting/useAct";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { useDraft } from "@/ui/forms/draft";
import { SchemaForm } from "@/ui/forms/SchemaForm";
import { errorAt, type FieldError, fieldsOf, type Schema } from "@/ui/forms/schema";
import { Section } from "@/ui/Section";
import { bodyOf, type Draft } from "./draft";
import { Policies } from "./Policies";
import { SCHEDULES, type Schedule, steer } from "./queries";
import { WhenPicker } from "./WhenPicker";

interface Props {
  types: TaskType[];
  start: Draft;
  /** The one that is changed. */
  was: Schedule | undefined;
}

export interface Part {
  draft: Draft;
  change: (changes: Partial<Draft>) => void;
  errors: FieldError[];
}

export function ScheduleForm({ types, start, was }: Props) {
  const [draft, setDraft, clear] = useDraft<Draft>(`schedule.${was ? `${was.name}.${was.changed_at}` : "new"}`, start);
  const navigate = useNavigate();
  const save = useAct(
    () =>
      was
        ? steer.change(was.name, bodyOf(draft, was.definition))
        : steer.create({ ...bodyOf(draft), name: draft.name.trim(), paused: draft.paused }),
    { touches: [[SCHEDULES]], quiet: true },
  );
  const errors = save.error instanceof ApiError ? save.error.errors : [];
  const part: Part = { draft, change: (changes) => setDraft({ ...draft, ...changes }), errors };

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    save.mutate(undefined, {
      onSuccess: ({ name }) => {
        clear();
        void navigate({ to: "/schedules/$name", params: { name } as never });
      },
    });
  }

  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="sm">
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
          {!was && (
            <TextInput
              label="Name"
              description="Small letters, digits, - and _; signs what it makes"
              required
              value={draft.name}
              error={errorAt(errors, "name")}
              onChange={(event) => part.change({ name: event.currentTarget.value })}
            />
          )}
          <TextInput
            label="Description"
            description="For people"
            value={draft.description}
            error={errorAt(errors, "description")}
            onChange={(event) => part.change({ description: event.currentTarget.value })}
          />
        </SimpleGrid>
        <WhenPicker {...part} />
        <What {...part} types={types} />
        <Policies {...part} isNew={!was} />
        {save.error && <ErrorSentence error={save.error} />}
        <Group>
          <Button type="submit" loading={save.isPending} disabled={!draft.task_type}>
            {was ? "Save" : "Create"}
          </Button>
          <Button variant="subtle" onClick={clear}>
            {was ? "As it was" : "Empty the form"}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function What({ draft, change, errors, types }: Part & { types: TaskType[] }) {
  const type = types.find(({ name }) => name === draft.task_type);
  const fields = useMemo(() => fieldsOf((type?.params_schema ?? {}) as Schema, "params"), [type]);
  const hasTicker = fields.some(({ name }) => name === "ticker");
  const many = draft.watchlist || draft.tickers.length > 0;
  const shown = fields.filter(({ name }) => !(many && name === "ticker"));
  return (
    <Section title="What">
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
      {hasTicker && (
        <Checkbox
          label="For each tracked ticker of the watchlist, as it then is"
          checked={draft.watchlist}
          onChange={(event) => change({ watchlist: event.currentTarget.checked, params: without(draft.params) })}
        />
      )}
      {hasTicker && !draft.watchlist && (
        <TagsInput
          label="Tickers"
          description="A task for each of them"
          value={draft.tickers}
          splitChars={[",", ";", " ", "\n"]}
          acceptValueOnBlur
          error={errorAt(errors, "action.tickers")}
          onChange={(tickers) => change({ tickers, params: tickers.length ? without(draft.params) : draft.params })}
        />
      )}
      {type && (
        <SchemaForm
          key={type.name}
          fields={shown}
          value={draft.params}
          onChange={(params) => change({ params })}
          errors={errors.map((each) => ({ ...each, field: each.field.replace(/^(action\.)?task\./, "") }))}
        />
      )}
    </Section>
  );
}

function without({ ticker: _, ...params }: Draft["params"]): Draft["params"] {
  return params;
}
