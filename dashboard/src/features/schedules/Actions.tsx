import { Button, Group, Text } from "@mantine/core";
import {
  IconHistory,
  IconPencil,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerTrackNext,
  IconTrash,
} from "@tabler/icons-react";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useMay } from "@/api/session";
import { ActForm } from "@/ui/acting/ActForm";
import { askWhy } from "@/ui/acting/Because";
import { askFirst, openForm } from "@/ui/acting/dialogs";
import { notifyOfSuccess } from "@/ui/acting/notify";
import { useAct } from "@/ui/acting/useAct";
import { TimeInput } from "@/ui/time/TimeInput";
import { SCHEDULES, type ScheduleDetail, steer } from "./queries";

const TOUCHES = [[SCHEDULES]];

/** What may be done to it, by whoever is asking. */
export function Actions({ schedule }: { schedule: ScheduleDetail }) {
  const { name } = schedule;
  const run = useAct(steer.run, { touches: TOUCHES, says: () => `${name} runs now.` });
  if (!useMay().operate) return null;
  const gone = schedule.state === "gone";
  return (
    <Group gap="xs">
      {!gone && (
        <Button
          size="compact-md"
          leftSection={<IconPlayerTrackNext size={16} aria-hidden />}
          loading={run.isPending}
          onClick={() => run.mutate(name)}
        >
          Run now
        </Button>
      )}
      <Hold schedule={schedule} />
      <Button
        component={Link}
        to="/schedule"
        search={{ change: name } as never}
        size="compact-md"
        variant="default"
        leftSection={<IconPencil size={16} aria-hidden />}
      >
        Change
      </Button>
      {!gone && (
        <Button
          size="compact-md"
          variant="default"
          leftSection={<IconHistory size={16} aria-hidden />}
          onClick={() => openForm(`Backfill ${name}`, (close) => <Backfill name={name} close={close} />)}
        >
          Backfill
        </Button>
      )}
      <Remove name={name} />
    </Group>
  );
}

function Hold({ schedule: { name, state } }: { schedule: ScheduleDetail }) {
  const resume = useAct(steer.resume, { touches: TOUCHES, says: () => `${name} goes on.` });
  if (state === "paused" || state === "gone")
    return (
      <Button
        size="compact-md"
        variant="default"
        leftSection={<IconPlayerPlay size={16} aria-hidden />}
        loading={resume.isPending}
        onClick={() => resume.mutate(name)}
      >
        Resume
      </Button>
    );
  return (
    <Button
      size="compact-md"
      variant="default"
      leftSection={<IconPlayerPause size={16} aria-hidden />}
      onClick={() =>
        askWhy({
          title: `Pause ${name}?`,
          word: "Pause",
          says: "It makes nothing until somebody resumes it, and does not make up for that time. Its tasks go on.",
          act: (reason) => steer.pause(name, reason),
          touches: TOUCHES,
        })
      }
    >
      Pause
    </Button>
  );
}

function Remove({ name }: { name: string }) {
  const navigate = useNavigate();
  const remove = useAct(steer.remove, { touches: [], says: () => `${name} is deleted.` });
  return (
    <Button
      size="compact-md"
      variant="subtle"
      color="red"
      leftSection={<IconTrash size={16} aria-hidden />}
      loading={remove.isPending}
      onClick={() =>
        askFirst({
          title: `Delete ${name}?`,
          says: "It is never due again, and the history of its runs is gone. Tasks that it made stay. It cannot be undone.",
          word: "Delete",
          onYes: () => remove.mutate(name, { onSuccess: () => navigate({ to: "/schedules", replace: true }) }),
        })
      }
    >
      Delete
    </Button>
  );
}

function Backfill({ name, close }: { name: string; close: () => void }) {
  const [from, setFrom] = useState<string | null>(null);
  const [until, setUntil] = useState<string | null>(null);
  const act = useAct(() => steer.backfill(name, from ?? "", until ?? ""), { touches: TOUCHES, quiet: true });
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
