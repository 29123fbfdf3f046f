import { Checkbox, Group, Menu, Text } from "@mantine/core";
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
import { ActButton } from "@/ui/acting/ActButton";
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
  const may = useMay();
  if (!may.operate) return null;
  const some = group.count > 0;
  return (
    <Group gap="xs">
      {some && <Retries group={group} busy={busy} />}
      {may.useShared && group.state !== "resolved" && (
        <ActButton icon={IconCheck} loading={resolve.isPending} onClick={() => resolve.mutate(group.cause)}>
          Resolve
        </ActButton>
      )}
      {may.useShared && group.state === "open" && <Mute cause={group.cause} />}
      {may.useShared && group.state !== "open" && (
        <ActButton icon={IconLockOpen} loading={reopen.isPending} onClick={() => reopen.mutate(group.cause)}>
          Reopen
        </ActButton>
      )}
    </Group>
  );
}

function Retries({ group, busy }: Props) {
  const form = (title: string, Form: typeof Canary) => () =>
    openForm(title, (close) => <Form group={group} close={close} />);
  return (
    <>
      <ActButton first icon={IconFlask} disabled={busy} onClick={form("Try one of them first?", Canary)}>
        Canary
      </ActButton>
      <ActButton
        icon={IconPlayerTrackNext}
        disabled={busy}
        onClick={form(`Release ${manyTasks(group.count)}?`, Release)}
      >
        Release
      </ActButton>
      <ActButton icon={IconRefresh} disabled={busy} onClick={form(`Retry ${manyTasks(group.count)}?`, RetryAll)}>
        Retry {group.count === 1 ? "it" : "all"}
      </ActButton>
      <ActButton
        icon={IconPencil}
        disabled={busy}
        onClick={form(`Other params for ${manyTasks(group.count)}`, EditForm)}
      >
        Edit params
      </ActButton>
    </>
  );
}

interface FormProps {
  group: FailureDetail;
  close: () => void;
}

function Canary({ group, close }: FormProps) {
  return (
    <WithChoice
      word="Try one"
      says="The newest is retried. If it does not succeed, the others are left alone, and this page says why."
      choice="Retry the others once it has succeeded, at the pace of the source"
      chosen
      act={(release) => right.canary(group.cause, release)}
      close={close}
    />
  );
}

function Release({ group, close }: FormProps) {
  return (
    <WithChoice
      word={`Release ${manyTasks(group.count)}`}
      says="They go no faster than the rate of their queue. It stops by itself if they fail the same way again."
      choice="Even if none was tried and succeeded since the last failure"
      act={(anyway) => right.release(group.cause, anyway)}
      close={close}
    />
  );
}

interface ChoiceProps {
  word: string;
  says: string;
  choice: string;
  /** At first. */
  chosen?: boolean;
  act: (chosen: boolean) => Promise<unknown>;
  close: () => void;
}

/** A step with one thing to decide about it. */
function WithChoice({ word, says, choice, chosen = false, act, close }: ChoiceProps) {
  const [is, set] = useState(chosen);
  const doing = useAct(() => act(is), { touches: TOUCHES, quiet: true });
  return (
    <ActForm act={doing} value={() => undefined} word={word} close={close}>
      {() => (
        <>
          <Text size="sm">{says}</Text>
          <Checkbox label={choice} checked={is} onChange={(event) => set(event.currentTarget.checked)} />
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
        <ActButton icon={IconBellOff} loading={mute.isPending} rightSection={<IconChevronDown size={14} aria-hidden />}>
          Mute
        </ActButton>
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
