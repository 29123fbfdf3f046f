import { Button, Checkbox, Group, NumberInput, SimpleGrid, Stack, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { ApiError } from "@/api/problem";
import { useIsMember } from "@/api/session";
import { templates as savedTemplates } from "@/api/templates";
import { openForm } from "@/ui/acting/dialogs";
import { Secret } from "@/ui/acting/Secret";
import { useAct } from "@/ui/acting/useAct";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { useDraft } from "@/ui/forms/draft";
import { errorAt, type FieldError } from "@/ui/forms/schema";
import { usePlace, WorkspaceChoice } from "@/ui/forms/WorkspaceChoice";
import { Section } from "@/ui/Section";
import { bodyOf, type Draft, inPlace, isWhole } from "./draft";
import { Makes } from "./Makes";
import { addressOf, type Body, steer, TRIGGERS, type Trigger } from "./queries";
import { SetOff } from "./SetOff";
import { TryIt } from "./TryIt";

interface Props {
  types: string[];
  start: Draft;
  /** The one that is changed. */
  was: Trigger | undefined;
}

export interface Part {
  draft: Draft;
  change: (changes: Partial<Draft>) => void;
  errors: FieldError[];
}

export function TriggerForm({ types, start, was }: Props) {
  const kept = `trigger.${was ? `${was.id}.${was.changed_at}` : "new"}`;
  const [{ secret: _, ...stored }, setDraft, clear] = useDraft<Draft>(kept, start);
  // Never in the storage of the browser, where the draft is kept.
  const [secret, setSecret] = useState("");
  const navigate = useNavigate();
  const chosen = usePlace(stored.workspace);
  const workspace = was ? was.workspace : chosen;
  // Of its own workspace: those of others it does not find.
  const isMember = useIsMember();
  const place = workspace ?? (isMember ? undefined : "default");
  const templates = useQuery(savedTemplates(place));
  const names = templates.data?.map(({ name }) => name);
  // One that there is stays where it is, and so does what it makes.
  const draft = was ? { ...stored, secret } : inPlace({ ...stored, secret }, place ?? null, names);
  const before = was?.definition as Body | undefined;
  const save = useAct(
    () => (was ? steer.change(was.id, bodyOf(draft, before)) : steer.create(created(draft, chosen))),
    {
      touches: [[TRIGGERS]],
      quiet: true,
    },
  );
  const errors = save.error instanceof ApiError ? save.error.errors : [];
  function change({ secret: said, ...changes }: Partial<Draft>) {
    if (said !== undefined) setSecret(said);
    setDraft({ ...draft, ...changes, ...(changes.makes && { makes_in: place ?? null }), secret: "" });
  }
  const part: Part = { draft, change, errors };

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    save.mutate(undefined, {
      onSuccess: (saved) => {
        const { name, secret: made } = saved;
        clear();
        void navigate({ to: "/triggers/$name", params: { name: addressOf(saved) } as never });
        if (made) openForm(`${name} is there`, (close) => <Secret text={made} label="Its secret" close={close} />);
      },
    });
  }

  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="sm">
        <Named {...part} isNew={!was} place={chosen} />
        <SetOff {...part} types={types} isNew={!was} />
        <Makes {...part} types={types} templates={names ?? []} />
        <Section title="Try it">
          <TryIt
            start={draft.payload}
            disabled={!isWhole(draft)}
            act={(payload) => steer.preview(bodyOf(draft, before), payload, workspace)}
          />
        </Section>
        {save.error && <ErrorSentence error={save.error} />}
        <Group>
          <Button type="submit" loading={save.isPending} disabled={!isWhole(draft)}>
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

function created(draft: Draft, workspace: string | null) {
  const { name, paused, secret, kind } = draft;
  const theirs = kind === "hook" && secret.trim() ? { secret: secret.trim() } : {};
  return { ...bodyOf(draft), name: name.trim(), workspace, paused, ...theirs };
}

function Named({ draft, change, errors, isNew, place }: Part & { isNew: boolean; place: string | null }) {
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
      {isNew && (
        <WorkspaceChoice
          value={place}
          error={errorAt(errors, "workspace")}
          onChange={(workspace) => change({ workspace, ...(draft.does === "template" && { makes: null }) })}
          unsaid={draft.does === "plan" ? "The one that the plan names, else the default one" : undefined}
        />
      )}
      <TextInput
        label="Description"
        description="For people"
        value={draft.description}
        error={errorAt(errors, "description")}
        onChange={(event) => change({ description: event.currentTarget.value })}
      />
      <NumberInput
        label="Most a minute"
        min={1}
        max={6_000}
        value={draft.per_minute}
        error={errorAt(errors, "per_minute")}
        onChange={(per_minute) => change({ per_minute: Number(per_minute) })}
      />
      {isNew && (
        <Checkbox
          mt={{ base: 0, sm: 26 }}
          label="Paused at first"
          checked={draft.paused}
          onChange={(event) => change({ paused: event.currentTarget.checked })}
        />
      )}
    </SimpleGrid>
  );
}
