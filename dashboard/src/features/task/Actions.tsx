import { Button, Group, Menu, Text, Textarea } from "@mantine/core";
import { modals } from "@mantine/modals";
import {
  IconBan,
  IconCheck,
  IconChevronDown,
  IconCopy,
  IconPencil,
  IconRefresh,
  IconTemplate,
  IconThumbDown,
  IconTrash,
} from "@tabler/icons-react";
import { Link, useNavigate } from "@tanstack/react-router";
import { useRef } from "react";
import { useMay } from "@/api/session";
import { PRIORITIES, type TaskDetail, useOrder } from "@/api/tasks";
import { copyText } from "@/ui/acting/copyText";
import { openForm } from "@/ui/acting/dialogs";
import { notifyOfSuccess } from "@/ui/acting/notify";
import { TemporalLink } from "@/ui/acting/TemporalLink";
import { isOver } from "@/ui/statuses";
import { asCli, asCurl } from "./copies";
import { SaveAsTemplate } from "./SaveAsTemplate";

/** What can be done with this task now, by who is signed in. */
export function Actions({ task }: { task: TaskDetail }) {
  const may = useMay();
  const give = useOrder();
  const over = isOver(task.status);
  const order = (command: "cancel" | "retry") => give.mutate({ id: task.id, command });
  return (
    <Group gap="xs">
      {may.operate && task.status === "awaiting_approval" && <Decide task={task} />}
      {may.operate && !over && (
        <Button
          size="compact-md"
          variant="default"
          leftSection={<IconBan size={16} aria-hidden />}
          loading={give.isPending && give.variables?.command === "cancel"}
          onClick={() => order("cancel")}
        >
          Cancel
        </Button>
      )}
      {may.operate && over && (
        <Button
          size="compact-md"
          leftSection={<IconRefresh size={16} aria-hidden />}
          loading={give.isPending && give.variables?.command === "retry"}
          onClick={() => order("retry")}
        >
          Retry
        </Button>
      )}
      {may.operate && (
        <Button
          component={Link}
          to="/submit"
          search={{ from: task.id } as never}
          size="compact-md"
          variant="default"
          leftSection={<IconPencil size={16} aria-hidden />}
        >
          {over ? "Retry with changes" : "Duplicate"}
        </Button>
      )}
      {may.operate && (task.status === "pending" || task.status === "scheduled") && <Priority task={task} />}
      {may.operate && (
        <Button
          size="compact-md"
          variant="default"
          leftSection={<IconTemplate size={16} aria-hidden />}
          onClick={() => openForm("Save as template", (close) => <SaveAsTemplate task={task} close={close} />)}
        >
          Save as template
        </Button>
      )}
      <CopyAs task={task} />
      <TemporalLink to={task.temporal_url} />
      {may.operate && over && <Delete task={task} />}
    </Group>
  );
}

function Decide({ task }: { task: TaskDetail }) {
  const give = useOrder();
  const comment = useRef("");
  const ask = (command: "approve" | "reject", word: string) =>
    modals.openConfirmModal({
      title: `${word} ${task.task_type}?`,
      children: (
        <Textarea
          label="Comment"
          description="Goes into its history"
          autosize
          minRows={2}
          data-autofocus
          onChange={(event) => {
            comment.current = event.currentTarget.value;
          }}
        />
      ),
      labels: { confirm: word, cancel: "Not now" },
      confirmProps: { color: command === "reject" ? "red" : undefined },
      onConfirm: () => give.mutate({ id: task.id, command, text: comment.current }),
    });
  return (
    <>
      <Button
        size="compact-md"
        leftSection={<IconCheck size={16} aria-hidden />}
        onClick={() => ask("approve", "Approve")}
      >
        Approve
      </Button>
      <Button
        size="compact-md"
        variant="default"
        leftSection={<IconThumbDown size={16} aria-hidden />}
        onClick={() => ask("reject", "Reject")}
      >
        Reject
      </Button>
    </>
  );
}

function Priority({ task }: { task: TaskDetail }) {
  const give = useOrder();
  return (
    <Menu>
      <Menu.Target>
        <Button size="compact-md" variant="default" rightSection={<IconChevronDown size={14} aria-hidden />}>
          Priority: {task.priority_label}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {PRIORITIES.map((priority) => (
          <Menu.Item
            key={priority}
            disabled={priority === task.priority_label}
            onClick={() => give.mutate({ id: task.id, command: "reprioritise", priority })}
          >
            {priority}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function CopyAs({ task }: { task: TaskDetail }) {
  const copy = (text: string, what: string) => () =>
    void copyText(text).then((done) => done && notifyOfSuccess(`Copied as ${what}.`));
  return (
    <Menu>
      <Menu.Target>
        <Button size="compact-md" variant="default" leftSection={<IconCopy size={16} aria-hidden />}>
          Copy as
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={copy(asCli(task), "a command")}>Command (clawdbot)</Menu.Item>
        <Menu.Item onClick={copy(asCurl(task, document.baseURI), "curl")}>curl</Menu.Item>
        <Menu.Item onClick={copy(JSON.stringify(task, null, 2), "JSON")}>JSON, all of it</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function Delete({ task }: { task: TaskDetail }) {
  const give = useOrder();
  const navigate = useNavigate();
  const ask = () =>
    modals.openConfirmModal({
      title: "Delete this task?",
      children: <Text size="sm">It disappears from every list. Rows that it collected stay.</Text>,
      labels: { confirm: "Delete", cancel: "Keep it" },
      confirmProps: { color: "red" },
      onConfirm: () =>
        give.mutate(
          { id: task.id, command: "delete" },
          { onSuccess: () => void navigate({ to: "/tasks", replace: true }) },
        ),
    });
  return (
    <Button
      size="compact-md"
      variant="subtle"
      color="red"
      leftSection={<IconTrash size={16} aria-hidden />}
      onClick={ask}
    >
      Delete
    </Button>
  );
}
