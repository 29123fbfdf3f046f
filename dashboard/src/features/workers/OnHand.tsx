import { Anchor, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { components } from "@/api/schema";
import { Section } from "@/ui/Section";
import { Status } from "@/ui/Status";
import { type Column, DataTable } from "@/ui/tables/DataTable";
import { Time } from "@/ui/time/Time";

type Task = components["schemas"]["TaskOnHandView"];

/** What it has in its hands this moment. */
export function OnHand({ tasks }: { tasks: Task[] }) {
  const columns: Column<Task>[] = [
    {
      head: "Task",
      title: true,
      cell: (task) => (
        <Anchor component={Link} to="/tasks/$id" params={{ id: task.id } as never} size="sm">
          {task.task_type} {task.ticker ?? ""}
        </Anchor>
      ),
    },
    { head: "Status", cell: (task) => <Status of={task.status} size="sm" /> },
    { head: "Done", right: true, cell: (task) => (task.percent === null ? "–" : `${Math.round(task.percent)} %`) },
    { head: "Since", cell: (task) => <Time at={task.claimed_at} /> },
  ];
  return (
    <Section title="Tasks on hand">
      {tasks.length === 0 ? (
        <Text size="sm" c="dimmed">
          None.
        </Text>
      ) : (
        <DataTable label="Tasks on hand" columns={columns} rows={tasks} keyOf={({ id }) => id} />
      )}
    </Section>
  );
}
