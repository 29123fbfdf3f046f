import { Select, Text } from "@mantine/core";
import { useState } from "react";
import type { components } from "@/api/schema";
import { steerWorker, WORKERS, type WorkerDetail } from "@/api/workers";
import { ActForm } from "@/ui/acting/ActForm";
import { Secret } from "@/ui/acting/Secret";
import { useAct } from "@/ui/acting/useAct";
import { Time } from "@/ui/time/Time";

const GRACES = [
  { value: "0", label: "Not at all" },
  { value: "600", label: "10 minutes" },
  { value: "3600", label: "1 hour" },
  { value: "86400", label: "1 day" },
];

export function RotateForm({ worker, close }: { worker: WorkerDetail; close: () => void }) {
  const [made, setMade] = useState<components["schemas"]["NewKeyView"] | null>(null);
  const [grace, setGrace] = useState("600");
  const act = useAct((seconds: number) => steerWorker.rotate(worker.id, seconds), {
    touches: [[WORKERS]],
    quiet: true,
  });
  if (made)
    return (
      <Secret text={made.api_key} label={`New key of ${worker.name}`} close={close}>
        <Text size="sm">
          Put it into the worker's settings and start it again. The old key is valid until{" "}
          <Time at={made.old_expires_at} show="both" />.
        </Text>
      </Secret>
    );
  return (
    <ActForm act={act} value={() => Number(grace)} word="Rotate" close={close} onDone={setMade}>
      {(errorOf) => (
        <>
          <Text size="sm">
            {worker.name} gets a new key, which is shown once. The old one goes on working for a while, so that nothing
            stands still meanwhile.
          </Text>
          <Select
            label="The old key goes on for"
            data={GRACES}
            value={grace}
            allowDeselect={false}
            error={errorOf("grace_seconds")}
            onChange={(chosen) => setGrace(chosen ?? "600")}
          />
        </>
      )}
    </ActForm>
  );
}
