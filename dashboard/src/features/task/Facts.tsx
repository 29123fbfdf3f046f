import { Badge, Group, Table } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { TaskDetail } from "@/api/tasks";
import { TemporalQueues } from "@/ui/acting/TemporalQueues";
import { Section } from "@/ui/Section";
import { span } from "@/ui/time/moments";
import { Time } from "@/ui/time/Time";

/** Whether it is known where its queue is seen in Temporal. */
const isIn = ({ temporal_queues = {} }: TaskDetail) => Object.keys(temporal_queues).length > 0;

export function Facts({ task }: { task: TaskDetail }) {
  const rows: [string, ReactNode][] = [
    ["Created", <Time key="c" at={task.created_at} show="both" />],
    ["By", task.created_by],
    ["Priority", task.priority_label],
    ["Queue", isIn(task) ? <TemporalQueues key="q" of={task.temporal_queues ?? {}} /> : task.capability],
  ];
  if (task.workspace !== "default") rows.push(["Workspace", task.workspace]);
  if (task.run_at) rows.push(["Starts no earlier than", <Time key="r" at={task.run_at} show="both" />]);
  if (task.start_deadline) rows.push(["Must begin by", <Time key="d" at={task.start_deadline} show="both" />]);
  if (task.worker) rows.push(["Worker", task.worker]);
  if (task.started_at) rows.push(["Started", <Time key="s" at={task.started_at} show="both" />]);
  if (task.completed_at) rows.push(["Ended", <Time key="e" at={task.completed_at} show="both" />]);
  if (task.duration_ms !== null) rows.push(["Took", span(task.duration_ms)]);
  if (task.cost_usd) rows.push(["Cost", `$${task.cost_usd.toFixed(4)}, by what its worker says`]);
  rows.push([
    "Attempts",
    `${task.attempt} of ${task.max_attempts}${task.retry_count ? `, retry ${task.retry_count}` : ""}`,
  ]);
  if (task.tags.length)
    rows.push([
      "Tags",
      <Group key="t" gap={4}>
        {task.tags.map((tag) => (
          <Badge key={tag} variant="default" tt="none" component={Link} to="/tasks" search={{ tag } as never}>
            {tag}
          </Badge>
        ))}
      </Group>,
    ]);
  return (
    <Section title="Facts">
      <Table variant="vertical" withRowBorders={false} verticalSpacing={3}>
        <Table.Tbody>
          {rows.map(([name, value]) => (
            <Table.Tr key={name}>
              <Table.Th w={150}>{name}</Table.Th>
              <Table.Td style={{ overflowWrap: "anywhere" }}>{value}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Section>
  );
}
