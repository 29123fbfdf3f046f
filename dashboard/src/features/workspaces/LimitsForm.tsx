import { NumberInput, Switch, TextInput } from "@mantine/core";
import { useState } from "react";
import { steerWorkspace, WORKSPACES, type Workspace } from "@/api/workspaces";
import { ActForm } from "@/ui/acting/ActForm";
import { useAct } from "@/ui/acting/useAct";

/** Makes a workspace, or changes what one may. A field that is empty is no limit. */
export function LimitsForm({ of, close }: { of?: Workspace; close: () => void }) {
  const [name, setName] = useState(of?.name ?? "");
  const [description, setDescription] = useState(of?.description ?? "");
  const [weight, setWeight] = useState<Entered>(of?.weight ?? 1);
  const [open, setOpen] = useState<Entered>(of?.open_tasks ?? "");
  const [hour, setHour] = useState<Entered>(of?.tasks_per_hour ?? "");
  const [day, setDay] = useState<Entered>(of?.cost_per_day ?? "");
  const [ownWorkers, setOwnWorkers] = useState(of?.own_workers ?? false);
  const act = useAct(steerWorkspace.put, {
    touches: [[WORKSPACES]],
    quiet: true,
    says: (one) => `${one.name} is saved.`,
  });
  const value = () => ({
    name: name.trim(),
    body: {
      description: description.trim(),
      weight: numberOf(weight) ?? 1,
      own_workers: ownWorkers,
      open_tasks: numberOf(open),
      tasks_per_hour: numberOf(hour),
      cost_per_day: numberOf(day),
    },
  });
  return (
    <ActForm act={act} value={value} word="Save" disabled={name.trim() === ""} close={close}>
      {(errorOf) => (
        <>
          {!of && (
            <TextInput
              label="Name"
              description="Lower-case letters, digits, - and _"
              autoComplete="off"
              data-autofocus
              value={name}
              error={errorOf("name")}
              onChange={(event) => setName(event.currentTarget.value)}
            />
          )}
          <TextInput
            label="Description"
            value={description}
            error={errorOf("description")}
            onChange={(event) => setDescription(event.currentTarget.value)}
          />
          <NumberInput label="Most open tasks" min={0} value={open} error={errorOf("open_tasks")} onChange={setOpen} />
          <NumberInput
            label="Most new tasks an hour"
            min={0}
            value={hour}
            error={errorOf("tasks_per_hour")}
            onChange={setHour}
          />
          <NumberInput
            label="Most dollars a day"
            min={0}
            value={day}
            error={errorOf("cost_per_day")}
            onChange={setDay}
          />
          <NumberInput
            label="Weight"
            description="Its turns at a queue against those of others"
            min={0.001}
            max={1_000}
            value={weight}
            error={errorOf("weight")}
            onChange={setWeight}
          />
          <Switch
            label="Own workers only"
            description="Workers that serve all workspaces do not serve this one; its tasks wait for those that name it"
            checked={ownWorkers}
            onChange={(event) => setOwnWorkers(event.currentTarget.checked)}
          />
        </>
      )}
    </ActForm>
  );
}

type Entered = string | number;

function numberOf(entered: Entered): number | null {
  return entered === "" ? null : Number(entered);
}
