import { Group, Text } from "@mantine/core";
import { IconHistory, IconPlayerTrackNext } from "@tabler/icons-react";
import { useState } from "react";
import { useMay } from "@/api/session";
import { ActButton } from "@/ui/acting/ActButton";
import { ActForm } from "@/ui/acting/ActForm";
import { ChangeLink } from "@/ui/acting/ChangeLink";
import { DeleteButton } from "@/ui/acting/DeleteButton";
import { openForm } from "@/ui/acting/dialogs";
import { HoldButton } from "@/ui/acting/HoldButton";
import { notifyOfSuccess } from "@/ui/acting/notify";
import { useAct } from "@/ui/acting/useAct";
import { TimeInput } from "@/ui/time/TimeInput";
import { SCHEDULES, type ScheduleDetail, steer } from "./queries";

const TOUCHES = [[SCHEDULES]];

/** What may be done to it, by whoever is asking; by its id, since another workspace may have one of the same name. */
export function Actions({ schedule: { id, name, state } }: { schedule: ScheduleDetail }) {
  const run = useAct(steer.run, { touches: TOUCHES, says: () => `${name} runs now.` });
  if (!useMay().operate) return null;
  const gone = state === "gone";
  return (
    <Group gap="xs">
      {!gone && (
        <ActButton first icon={IconPlayerTrackNext} loading={run.isPending} onClick={() => run.mutate(id)}>
          Run now
        </ActButton>
      )}
      <HoldButton
        name={name}
        isHeld={gone || state === "paused"}
        says="It makes nothing until somebody resumes it, and does not make up for that time. Its tasks go on."
        pause={(_, reason) => steer.pause(id, reason)}
        resume={() => steer.resume(id)}
        touches={TOUCHES}
      />
      <ChangeLink to="/schedule" name={id} />
      {!gone && (
        <ActButton
          icon={IconHistory}
          onClick={() => openForm(`Backfill ${name}`, (close) => <Backfill id={id} close={close} />)}
        >
          Backfill
        </ActButton>
      )}
      <DeleteButton
        name={name}
        says="It is never due again, and the history of its runs is gone. Tasks that it made stay. It cannot be undone."
        act={() => steer.remove(id)}
        back="/schedules"
      />
    </Group>
  );
}

function Backfill({ id, close }: { id: string; close: () => void }) {
  const [from, setFrom] = useState<string | null>(null);
  const [until, setUntil] = useState<string | null>(null);
  const act = useAct(() => steer.backfill(id, from ?? "", until ?? ""), { touches: TOUCHES, quiet: true });
  return (
    <ActForm
      act={act}
      value={() => undefined}
      word="Backfill"
      disabled={!from || !until}
      close={close}
      onDone={({ runs }) => {
        notifyOfSuccess(runs === 1 ? "1 run is made up for." : `${runs ?? 0} runs are made up for.`);
        close();
      }}
    >
      {(errorOf) => (
        <>
          <Text size="sm">
            What was due between two moments in the past is done now, 100 runs at most. Moments that were run are not
            run again. The tasks can be cancelled, but not unmade.
          </Text>
          <TimeInput label="From" value={from} onChange={setFrom} error={errorOf("start")} />
          <TimeInput label="Until" value={until} onChange={setUntil} error={errorOf("end")} />
        </>
      )}
    </ActForm>
  );
}
