import { Button, Group, Menu, Paper, Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { IconBan, IconChevronDown, IconRefresh } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { sentenceOf } from "@/api/problem";
import { type Command, order, TASKS, type Task } from "@/api/tasks";
import { notifyOfFailure, notifyOfSuccess } from "@/ui/notify";
import { isOver } from "@/ui/statuses";
import type { Selection } from "./useSelection";

/** At once; more would only wait behind each other. */
const SIDE_BY_SIDE = 4;

/** What can be done to the rows that are selected. It says how many it will concern before it does it. */
export function BulkBar({ selection }: { selection: Selection }) {
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const open = selection.tasks.filter((task) => !isOver(task.status));
  const over = selection.tasks.filter((task) => isOver(task.status));
  const waiting = selection.tasks.filter((task) => task.status === "pending" || task.status === "scheduled");
  if (selection.ids.size === 0) return null;

  async function carryOut(tasks: Task[], command: Command, priority?: string) {
    setBusy(true);
    const refused = await forEach(tasks, (task) => order({ id: task.id, command, priority }));
    setBusy(false);
    selection.none();
    await client.invalidateQueries({ queryKey: [TASKS] });
    if (refused.length) notifyOfFailure(new Error(`${refused.length} of ${tasks.length}: ${sentenceOf(refused[0])}`));
    else notifyOfSuccess(`Done for ${tasks.length}.`);
  }

  const ask = (tasks: Task[], command: Command, word: string) =>
    modals.openConfirmModal({
      title: `${word} ${tasks.length} ${tasks.length === 1 ? "task" : "tasks"}?`,
      children: <Text size="sm">{countsOf(tasks)}</Text>,
      labels: { confirm: `${word} ${tasks.length}`, cancel: "Leave them" },
      confirmProps: { color: command === "cancel" ? "red" : undefined },
      onConfirm: () => void carryOut(tasks, command),
    });

  return (
    <Paper withBorder p={6} role="toolbar" aria-label="Selected tasks">
      <Group gap="xs">
        <Text size="sm" fw={600}>
          {selection.ids.size} selected
        </Text>
        <Button
          size="compact-sm"
          variant="default"
          color="red"
          disabled={open.length === 0}
          loading={busy}
          leftSection={<IconBan size={14} aria-hidden />}
          onClick={() => ask(open, "cancel", "Cancel")}
        >
          Cancel {open.length || ""}
        </Button>
        <Button
          size="compact-sm"
          variant="default"
          disabled={over.length === 0}
          loading={busy}
          leftSection={<IconRefresh size={14} aria-hidden />}
          onClick={() => ask(over, "retry", "Retry")}
        >
          Retry {over.length || ""}
        </Button>
        <Menu>
          <Menu.Target>
            <Button
              size="compact-sm"
              variant="default"
              disabled={waiting.length === 0}
              rightSection={<IconChevronDown size={14} aria-hidden />}
            >
              Priority
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {["critical", "high", "normal", "low"].map((priority) => (
              <Menu.Item key={priority} onClick={() => void carryOut(waiting, "reprioritise", priority)}>
                {priority}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
        <Button size="compact-sm" variant="subtle" onClick={selection.all}>
          Select all that are loaded
        </Button>
        <Button size="compact-sm" variant="subtle" onClick={selection.none}>
          Select none
        </Button>
      </Group>
    </Paper>
  );
}

function countsOf(tasks: Task[]): string {
  const counts = new Map<string, number>();
  for (const task of tasks) counts.set(task.task_type, (counts.get(task.task_type) ?? 0) + 1);
  return [...counts].map(([type, count]) => `${count} × ${type}`).join(", ");
}

/** The refusals. */
async function forEach(tasks: Task[], act: (task: Task) => Promise<unknown>): Promise<unknown[]> {
  const refused: unknown[] = [];
  const waiting = [...tasks];
  async function next(): Promise<void> {
    for (let task = waiting.shift(); task; task = waiting.shift())
      await act(task).catch((error) => refused.push(error));
  }
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, next));
  return refused;
}
