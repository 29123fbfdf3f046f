import { MultiSelect, SimpleGrid, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { CAPABILITIES, capabilities, steerWorker, WORKERS, type WorkerDetail } from "@/api/workers";
import { ActForm } from "@/ui/acting/ActForm";
import { useAct } from "@/ui/acting/useAct";
import { Serves } from "./Serves";
import { Slots } from "./Slots";

export function ChangeForm({ worker, close }: { worker: WorkerDetail; close: () => void }) {
  const known = useQuery(capabilities).data?.capabilities.map(({ capability }) => capability) ?? [];
  const [name, setName] = useState(worker.name);
  const [wanted, setWanted] = useState(worker.capabilities);
  const [slots, setSlots] = useState(worker.max_concurrency);
  const [serves, setServes] = useState(worker.serves ?? null);
  const act = useAct((change: Parameters<typeof steerWorker.change>[1]) => steerWorker.change(worker.id, change), {
    touches: [[WORKERS], [CAPABILITIES]],
    quiet: true,
    says: () => "Changed. It is in force within two seconds.",
  });
  const value = () => ({ name: name.trim(), capabilities: wanted, max_concurrency: slots, serves });
  return (
    <ActForm act={act} value={value} word="Change" disabled={!wanted.length || !name.trim()} close={close}>
      {(errorOf) => (
        <>
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <TextInput
              label="Name"
              required
              value={name}
              error={errorOf("name")}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <Slots value={slots} error={errorOf("max_concurrency")} onChange={setSlots} />
          </SimpleGrid>
          <MultiSelect
            label="Capabilities"
            description="Of one that is taken away it gets nothing new; tasks on hand go on"
            required
            searchable
            data={[...new Set([...known, ...worker.capabilities])]}
            value={wanted}
            error={errorOf("capabilities")}
            onChange={setWanted}
          />
          <Serves value={serves} error={errorOf("serves")} onChange={setServes} />
        </>
      )}
    </ActForm>
  );
}
