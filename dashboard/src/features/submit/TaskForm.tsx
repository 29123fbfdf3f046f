import {
  Accordion,
  Alert,
  Button,
  Checkbox,
  Group,
  Select,
  SimpleGrid,
  Stack,
  TagsInput,
  Text,
  Textarea,
} from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useMemo } from "react";
import { ApiError } from "@/api/problem";
import { PRIORITIES, type TaskDetail, type TaskType, taskTypesFor } from "@/api/tasks";
import { notifyOfSuccess } from "@/ui/acting/notify";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { useDraft } from "@/ui/forms/draft";
import { SchemaForm } from "@/ui/forms/SchemaForm";
import { errorAt, errorsElsewhere, fieldsOf, type Params, type Schema } from "@/ui/forms/schema";
import { usePlace, WorkspaceChoice } from "@/ui/forms/WorkspaceChoice";
import { TimeInput } from "@/ui/time/TimeInput";
import { FollowUps, type Then } from "./FollowUps";
import { submit } from "./submit";
import { Tickers } from "./Tickers";

export interface Draft {
  task_type: string | null;
  params: Params;
  /** More than one: a task for each. */
  tickers: string[];
  priority: string;
  tags: string[];
  notes: string;
  run_at: string | null;
  start_deadline: string | null;
  needs_approval: boolean;
  follow_ups: Then[];
  /** Null: nobody has said here. */
  workspace: string | null;
}

const EMPTY: Draft = {
  task_type: null,
  params: {},
  tickers: [],
  priority: "normal",
  tags: [],
  notes: "",
  run_at: null,
  start_deadline: null,
  needs_approval: false,
  follow_ups: [],
  workspace: null,
};

/** The fields of a task that is to be done again, or an empty form. */
export function draftOf(task: TaskDetail | undefined, type: string | undefined): Draft {
  if (!task) return { ...EMPTY, task_type: type ?? null };
  const { ticker, ...params } = task.params;
  const tickers = typeof ticker === "string" ? [ticker] : [];
  // A task that is done again belongs where it did.
  const { task_type, priority_label: priority, tags, workspace } = task;
  return { ...EMPTY, task_type, params, tickers, priority, tags, workspace };
}

interface Props {
  types: TaskType[];
  name: string;
  start: Draft;
  parent: string | undefined;
}

export function TaskForm({ types, name, start, parent }: Props) {
  const [draft, setDraft, clear] = useDraft<Draft>(name, start);
  const workspace = usePlace(draft.workspace);
  const navigate = useNavigate();
  const type = types.find((each) => each.name === draft.task_type);
  const fields = useMemo(() => fieldsOf((type?.params_schema ?? {}) as Schema, "params"), [type]);
  const hasTicker = fields.some((field) => field.name === "ticker");
  const change = (changes: Partial<Draft>) => setDraft({ ...draft, ...changes });
  const send = useMutation({
    mutationFn: () => submit({ ...draft, workspace }, hasTicker, parent),
    meta: { quiet: true },
    onSuccess: (ids) => {
      clear();
      const [only] = ids;
      if (ids.length === 1 && only) void navigate({ to: "/tasks/$id", params: { id: only } as never });
      else {
        notifyOfSuccess(`${ids.length} tasks were created.`);
        void navigate({ to: "/tasks" });
      }
    },
  });
  const errors = send.error instanceof ApiError ? send.error.errors : [];
  const elsewhere = errorsElsewhere(errors, fields);

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    send.mutate();
  }

  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="md">
        <Select
          label="Type"
          placeholder="What is to be done"
          required
          searchable
          data={types.map((each) => ({ value: each.name, label: each.name }))}
          value={draft.task_type}
          error={errorAt(errors, "task_type")}
          allowDeselect={false}
          onChange={(task_type) => change({ task_type, params: {} })}
          renderOption={({ option }) => (
            <div>
              <Text size="sm">{option.label}</Text>
              <Text size="xs" c="dimmed">
                {types.find((each) => each.name === option.value)?.summary}
              </Text>
            </div>
          )}
        />
        {type && <About type={type} workspace={workspace} />}
        {type && hasTicker && (
          <Tickers
            value={draft.tickers}
            onChange={(tickers) => change({ tickers })}
            error={errorAt(errors, "params.ticker")}
          />
        )}
        {type && (
          <SchemaForm
            key={type.name}
            fields={fields.filter((field) => field.name !== "ticker")}
            value={draft.params}
            onChange={(params) => change({ params })}
            errors={errors}
          />
        )}
        {type && (
          <WorkspaceChoice
            value={workspace}
            onChange={(workspace) => change({ workspace })}
            error={errorAt(errors, "workspace")}
          />
        )}
        {type && <When draft={draft} change={change} types={types} />}
        {send.error && (elsewhere.length > 0 || errors.length === 0) && <ErrorSentence error={send.error} />}
        <Group>
          <Button type="submit" disabled={!type} loading={send.isPending}>
            {draft.tickers.length > 1 && hasTicker ? `Create ${draft.tickers.length} tasks` : "Create"}
          </Button>
          <Button variant="subtle" onClick={clear}>
            Empty the form
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function About({ type, workspace }: { type: TaskType; workspace: string | null }) {
  const served = useQuery(taskTypesFor(workspace)).data?.find(({ name }) => name === type.name);
  const online = (served ?? type).workers_online;
  if (type.implemented && online > 0)
    return (
      <Text size="sm" c="dimmed">
        {type.summary} {online} {online === 1 ? "worker offers" : "workers offer"} it now.
      </Text>
    );
  return (
    <Alert color="yellow" title={type.summary}>
      {type.implemented
        ? `No worker that is online offers it${workspace ? ` for ${workspace}` : ""}: the task will wait until one does.`
        : "No worker of this version can do it yet: the task will wait."}
    </Alert>
  );
}

function When({
  draft,
  change,
  types,
}: {
  draft: Draft;
  change: (changes: Partial<Draft>) => void;
  types: TaskType[];
}) {
  return (
    <Accordion variant="contained">
      <Accordion.Item value="more">
        <Accordion.Control>When, how urgent, and what then</Accordion.Control>
        <Accordion.Panel>
          <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
            <Select
              label="Priority"
              data={[...PRIORITIES]}
              value={draft.priority}
              allowDeselect={false}
              onChange={(priority) => change({ priority: priority ?? "normal" })}
            />
            <TagsInput label="Tags" value={draft.tags} onChange={(tags) => change({ tags })} acceptValueOnBlur />
            <TimeInput label="Start no earlier than" value={draft.run_at} onChange={(run_at) => change({ run_at })} />
            <TimeInput
              label="Give up if not begun by"
              value={draft.start_deadline}
              onChange={(start_deadline) => change({ start_deadline })}
            />
            <Textarea
              label="Note"
              autosize
              minRows={1}
              value={draft.notes}
              onChange={(event) => change({ notes: event.currentTarget.value })}
            />
            <Checkbox
              mt={{ base: 0, sm: 26 }}
              label="Wait for a person's yes"
              checked={draft.needs_approval}
              onChange={(event) => change({ needs_approval: event.currentTarget.checked })}
            />
          </SimpleGrid>
          <FollowUps value={draft.follow_ups} onChange={(follow_ups) => change({ follow_ups })} types={types} />
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}
