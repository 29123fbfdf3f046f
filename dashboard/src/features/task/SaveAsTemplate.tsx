import { MultiSelect, Text, Textarea, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { type TaskDetail, taskTypes } from "@/api/tasks";
import { steerTemplate, TEMPLATES } from "@/api/templates";
import { ActForm } from "@/ui/acting/ActForm";
import { notifyOfSuccess } from "@/ui/acting/notify";
import { useAct } from "@/ui/acting/useAct";
import { fieldsOf, type Schema } from "@/ui/forms/schema";
import { bodyOf, candidates } from "./asTemplate";

/** Saves a task as a template, or as the next version of one. */
export function SaveAsTemplate({ task, close }: { task: TaskDetail; close: () => void }) {
  const types = useQuery(taskTypes);
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const [asked, setAsked] = useState<string[]>([]);
  const [required, setRequired] = useState<string[]>([]);
  const schema = types.data?.find((each) => each.name === task.task_type)?.params_schema;
  const params = useMemo(
    () => candidates(fieldsOf((schema ?? {}) as Schema, "params")).map(({ param }) => param),
    [schema],
  );
  const save = useAct(() => steerTemplate.save(name.trim(), bodyOf(task.id, description, { asked, required })), {
    touches: [[TEMPLATES]],
    quiet: true,
  });
  return (
    <ActForm
      act={save}
      value={() => undefined}
      word="Save"
      disabled={!name.trim()}
      close={close}
      onDone={(saved) => {
        notifyOfSuccess(`${saved.name} is saved, version ${saved.version}.`);
        close();
      }}
    >
      {(errorOf) => (
        <>
          <Text size="sm">
            With its params, priority, tags, retries and follow-ups. A name that there is gets a next version.
          </Text>
          <TextInput
            label="Name"
            description="Small letters, digits, - and _"
            required
            data-autofocus
            value={name}
            error={errorOf("name")}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Textarea
            label="Description"
            autosize
            minRows={1}
            value={description}
            error={errorOf("description")}
            onChange={(event) => setDescription(event.currentTarget.value)}
          />
          <MultiSelect
            label="Asks for"
            description="What may be other when it is run"
            data={params}
            value={asked}
            searchable
            error={errorOf("fields")}
            onChange={(chosen) => {
              setAsked(chosen);
              setRequired(required.filter((each) => chosen.includes(each)));
            }}
          />
          <MultiSelect
            label="Must be said each time"
            description="The others have what this task has as their default"
            data={asked}
            value={required}
            disabled={asked.length === 0}
            onChange={setRequired}
          />
        </>
      )}
    </ActForm>
  );
}
