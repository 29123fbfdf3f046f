import { Button, Group, SimpleGrid, Stack, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import type { FormEvent } from "react";
import { checkPlan } from "@/api/plans";
import { ApiError } from "@/api/problem";
import type { TaskType } from "@/api/tasks";
import { useAct } from "@/ui/acting/useAct";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { useDraft } from "@/ui/forms/draft";
import { errorAt, type FieldError } from "@/ui/forms/schema";
import { usePlace, WorkspaceChoice } from "@/ui/forms/WorkspaceChoice";
import { bodyOf, type Draft, isMeant } from "./draft";
import { Policies } from "./Policies";
import { SCHEDULES, type Schedule, steer } from "./queries";
import { What } from "./What";
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
  const [draft, setDraft, clear] = useDraft<Draft>(`schedule.${was ? `${was.id}.${was.changed_at}` : "new"}`, start);
  const navigate = useNavigate();
  const workspace = usePlace(draft.workspace);
  const save = useAct(
    async () => {
      // A plan is entered as text, and the API reads it.
      const plan = draft.what === "plan" ? (await checkPlan(draft.plan)).document : undefined;
      const body = bodyOf(draft, was?.definition, plan);
      return was
        ? steer.change(was.id, body)
        : steer.create({ ...body, name: draft.name.trim(), paused: draft.paused, workspace });
    },
    { touches: [[SCHEDULES]], quiet: true },
  );
  const errors = save.error instanceof ApiError ? save.error.errors : [];
  const part: Part = { draft, change: (changes) => setDraft({ ...draft, ...changes }), errors };

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    save.mutate(undefined, {
      onSuccess: ({ id }) => {
        clear();
        void navigate({ to: "/schedules/$name", params: { name: id } as never });
      },
    });
  }

  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="sm">
        <Called {...part} isNew={!was} place={workspace} />
        <WhenPicker {...part} />
        <What {...part} types={types} />
        <Policies {...part} isNew={!was} />
        {save.error && <ErrorSentence error={save.error} />}
        <Group>
          <Button type="submit" loading={save.isPending} disabled={!isMeant(draft)}>
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

/** What it is called, and where it belongs, which never changes. */
function Called({ draft, change, errors, isNew, place }: Part & { isNew: boolean; place: string | null }) {
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
      {isNew && (
        <TextInput
          label="Name"
          description="Small letters, digits, - and _; signs what it makes"
          required
          value={draft.name}
          error={errorAt(errors, "name")}
          onChange={(event) => change({ name: event.currentTarget.value })}
        />
      )}
      <TextInput
        label="Description"
        description="For people"
        value={draft.description}
        error={errorAt(errors, "description")}
        onChange={(event) => change({ description: event.currentTarget.value })}
      />
      {isNew && (
        <WorkspaceChoice
          value={place}
          onChange={(chosen) => change({ workspace: chosen })}
          error={errorAt(errors, "workspace")}
          unsaid={draft.what === "plan" ? "The one that the plan names, else the default one" : undefined}
        />
      )}
    </SimpleGrid>
  );
}
