import { Button, Group, Menu } from "@mantine/core";
import {
  IconBan,
  IconChevronDown,
  IconDoorExit,
  IconKey,
  IconPencil,
  IconPlayerPause,
  IconPlayerPlay,
  IconTrash,
} from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useMay } from "@/api/session";
import { CAPABILITIES, steerWorker, WORKERS, type WorkerDetail } from "@/api/workers";
import { askWhy } from "@/ui/acting/Because";
import { askFirst, openForm } from "@/ui/acting/dialogs";
import { useAct } from "@/ui/acting/useAct";
import { ChangeForm } from "./ChangeForm";
import { RotateForm } from "./RotateForm";

const TOUCHES = [[WORKERS], [CAPABILITIES]];

/** What may be done to it, by whoever is asking. */
export function Actions({ worker }: { worker: WorkerDetail }) {
  const may = useMay();
  if (!may.operate) return null;
  return (
    <Group gap="xs">
      <Hold worker={worker} />
      {may.administer && <Administer worker={worker} />}
    </Group>
  );
}

function Hold({ worker }: { worker: WorkerDetail }) {
  const resume = useAct(steerWorker.resume, { touches: TOUCHES, says: () => `${worker.name} takes tasks again.` });
  if (worker.held)
    return (
      <Button
        size="compact-md"
        leftSection={<IconPlayerPlay size={16} aria-hidden />}
        loading={resume.isPending}
        onClick={() => resume.mutate(worker.id)}
      >
        Resume
      </Button>
    );
  const hold = (word: "Pause" | "Drain", says: string) =>
    askWhy({
      title: `${word} ${worker.name}?`,
      word,
      says,
      act: (reason) => steerWorker[word === "Pause" ? "pause" : "drain"](worker.id, reason),
      touches: TOUCHES,
    });
  return (
    <>
      <Button
        size="compact-md"
        variant="default"
        leftSection={<IconPlayerPause size={16} aria-hidden />}
        onClick={() => hold("Pause", "It gets nothing new until somebody resumes it. Tasks on hand go on.")}
      >
        Pause
      </Button>
      <Button
        size="compact-md"
        variant="default"
        leftSection={<IconDoorExit size={16} aria-hidden />}
        onClick={() =>
          hold(
            "Drain",
            "For a machine that is about to be switched off: it finishes what it has, and gets nothing new.",
          )
        }
      >
        Drain
      </Button>
    </>
  );
}

function Administer({ worker }: { worker: WorkerDetail }) {
  const navigate = useNavigate();
  const revoke = useAct(steerWorker.revoke, {
    touches: TOUCHES,
    says: () => `The keys of ${worker.name} are revoked.`,
  });
  const retire = useAct(steerWorker.retire, { touches: [], says: () => `${worker.name} is retired.` });
  return (
    <>
      <Button
        size="compact-md"
        variant="default"
        leftSection={<IconPencil size={16} aria-hidden />}
        onClick={() => openForm(`Change ${worker.name}`, (close) => <ChangeForm worker={worker} close={close} />)}
      >
        Change
      </Button>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button size="compact-md" variant="default" rightSection={<IconChevronDown size={14} aria-hidden />}>
            Key and end
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconKey size={16} />}
            onClick={() => openForm("Rotate its key", (close) => <RotateForm worker={worker} close={close} />)}
          >
            Rotate its key
          </Menu.Item>
          <Menu.Item
            color="red"
            leftSection={<IconBan size={16} />}
            onClick={() =>
              askFirst({
                title: `Revoke the keys of ${worker.name}?`,
                says: "It is refused within two seconds, and what it has on hand is done by another worker. It cannot be undone: to work again, the machine needs a new invitation.",
                word: "Revoke",
                onYes: () => revoke.mutate(worker.id),
              })
            }
          >
            Revoke its keys
          </Menu.Item>
          <Menu.Item
            color="red"
            leftSection={<IconTrash size={16} />}
            onClick={() =>
              askFirst({
                title: `Retire ${worker.name}?`,
                says: "Its keys are revoked and it leaves the list; its name is free again. What it did stays in the history of its tasks. It cannot be undone.",
                word: "Retire",
                onYes: () => retire.mutate(worker.id, { onSuccess: () => navigate({ to: "/workers" }) }),
              })
            }
          >
            Retire
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  );
}
