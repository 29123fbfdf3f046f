import { MultiSelect, Text, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { type NewTemplate, steerTemplate, TEMPLATES } from "@/api/templates";
import { ActForm } from "@/ui/acting/ActForm";
import { notifyOfSuccess } from "@/ui/acting/notify";
import { useAct } from "@/ui/acting/useAct";

export interface Asked {
  /** Params or inputs that are asked for. */
  asked: string[];
  /** Those of them that have no default. */
  required: string[];
}

interface Props {
  /** What can be asked for. */
  params: string[];
  says: string;
  body: (description: string, asked: Asked) => NewTemplate;
  close: () => void;
}

/** Names a template, and what it asks for. */
export function TemplateForm({ params, says, body, close }: Props) {
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const [asked, setAsked] = useState<string[]>([]);
  const [required, setRequired] = useState<string[]>([]);
  const save = useAct(() => steerTemplate.save(name.trim(), body(description, { asked, required })), {
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
          <Text size="sm">{says} A name that there is gets a next version.</Text>
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
            description="The others have what is saved as their default"
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
