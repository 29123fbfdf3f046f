import { Button, Checkbox, Group, Menu, Text } from "@mantine/core";
import {
  IconBellOff,
  IconCheck,
  IconChevronDown,
  IconFlask,
  IconLockOpen,
  IconPencil,
  IconPlayerTrackNext,
  IconRefresh,
} from "@tabler/icons-react";
import { useState } from "react";
import { useMay } from "@/api/session";
import { ActForm } from "@/ui/acting/ActForm";
import { openForm } from "@/ui/acting/dialogs";
import { useAct } from "@/ui/acting/useAct";
import { TimeInput } from "@/ui/time/TimeInput";
import { EditForm } from "./EditForm";
import { FAILURES, type FailureDetail, right } from "./queries";
import { RetryAll } from "./RetryAll";
import { manyTasks } from "./words";

const TOUCHES = [FAILURES, ["bulks"]];
const LENGTHS = [
  [3_600, "1 hour"],
  [8 * 3_600, "8 hours"],
  [86_400, "1 day"],
  [7 * 86_400, "1 week"],
] as const;

interface Props {
  group: FailureDetail;
  /** Something is being done about it: no second release then. */
  busy: boolean;
}

/** What can be done about a group, by whoever is asking. */
export function Acts({ group, busy }: Props) {
  const resolve = useAct(right.resolve, {
    touches: TOUCHES,
    says: () => "It is resolved, until a task fails like this.",
  });
  const reopen = useAct(right.reopen, { touches: TOUCHES });
  if (!useMay().operate) return null;
  const some = group.count > 0;
  return (
    <Group gap="xs">
      {some && <Retries group={group} busy={busy} />}
      {group.state !== "resolved" && (
        <Button
          size="compact-md"
          variant="default"
          leftSection={<IconCheck size={16} aria-hidden />}
          loading={resolve.isPending}
          onClick={() => resolve.mutate(group.cause)}
        >
          Resolve
        </Button>
      )}
      {group.state === "open" ? (
        <Mute cause={group.cause} />
      ) : (
        <Button
          size="compact-md"
          variant="default"
          leftSection={<IconLockOpen size={16} aria-hidden />}
          loading={reopen.isPending}
          onClick={() => reopen.mutate(group.cause)}
        >
          Reopen
        </Button>
      )}
    </Group>
  );
}

function Retries({ group, busy }: Props) {
  const form = (title: string, Form: typeof Canary) => () =>
    openForm(title, (close) => <Form group={group} close={close} />);
  return (
    <>
      <Button
        size="compact-md"
        leftSection={<IconFlask size={16} aria-hidden />}
        disabled={busy}
        onClick={form("Try one of them first?", Canary)}
      >
        Canary
      </Button>
      <Button
        size="compact-md"
        variant="default"
        leftSection={<IconPlayerTrackNext size={16} aria-hidden />}
        disabled={busy}
        onClick={form(`Release ${manyTasks(group.count)}?`, Release)}
      >
        Release
      </Button>
      <Button
        size="compact-md"
        variant="default"
        leftSection={<IconRefresh size={16} aria-hidden />}
        disabled={busy}
        onClick={form(`Retry ${manyTasks(group.count)}?`, RetryAll)}
      >
        Retry {group.count === 1 ? "it" : "all"}
      </Button>
      <Button
        size="compact-md"
        variant="default"
        leftSection={<IconPencil size={16} aria-hidden />}
        disabled={busy}
        onClick={form(`Other params for ${manyTasks(group.count)}`, EditForm)}
      >
        Edit params
      </Button>
    </>
  );
}

interface FormProps {
  group: FailureDetail;
  close: () => void;
}

function Canary({ group, close }: FormProps) {
  const [release, setRelease] = useState(true);
  const act = useAct(() => right.canary(group.cause, release), { touches: TOUCHES, quiet: true });
  return (
    <ActForm act={act} value={() => undefined} word="Try one" close={close}>
      {() => (
        <>
          <Text size="sm">
            The newest is retried. If it does not succeed, the others are left alone, and this page says why.
          </Text>
          <Checkbox
            label="Retry the others once it has succeeded, at the pace of the source"
            checked={release}
            onChange={(event) => setRelease(event.currentTarget.checked)}
          />
        </>
      )}
    </ActForm>
  );
}

function Release({ group, close }: FormProps) {
  const [anyway, setAnyway] = useState(false);
  const act = useAct(() => right.release(group.cause, anyway), { touches: TOUCHES, quiet: true });
  return (
    <ActForm act={act} value={() => undefined} word={`Release ${manyTasks(group.count)}`} close={close}>
      {() => (
        <>
          <Text size="sm">
            They go no faster than the rate of their queue. It stops by itself if they fail the same way again.
          </Text>
          <Checkbox
            label="Even if none was tried and succeeded since the last failure"
            checked={anyway}
            onChange={(event) => setAnyway(event.currentTarget.checked)}
          />
        </>
      )}
    </ActForm>
  );
}

function Mute({ cause }: { cause: string }) {
  const mute = useAct((seconds: number) => right.mute(cause, { seconds }), { touches: TOUCHES });
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <Button
          size="compact-md"
          variant="default"
          loading={mute.isPending}
          leftSection={<IconBellOff size={16} aria-hidden />}
          rightSection={<IconChevronDown size={14} aria-hidden />}
        >
          Mute
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {LENGTHS.map(([seconds, label]) => (
          <Menu.Item key={seconds} onClick={() => mute.mutate(seconds)}>
            For {label}
          </Menu.Item>
        ))}
        <Menu.Item onClick={() => openForm("Mute it", (close) => <MuteUntil cause={cause} close={close} />)}>
          Until a time…
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function MuteUntil({ cause, close }: { cause: string; close: () => void }) {
  const [until, setUntil] = useState<string | null>(null);
  const act = useAct(() => right.mute(cause, { until: until ?? undefined }), { touches: TOUCHES, quiet: true });
  return (
    <ActForm act={act} value={() => undefined} word="Mute" disabled={!until} close={close}>
      {(errorOf) => <TimeInput label="Until" value={until} onChange={setUntil} error={errorOf("until")} />}
    </ActForm>
  );
}
