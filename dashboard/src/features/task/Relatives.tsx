import { Anchor, Group, Stack, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { TaskDetail } from "@/api/tasks";
import { Section } from "@/ui/Section";
import { Status } from "@/ui/Status";

/** What came before, what came of it, and what will. */
export function Relatives({ task }: { task: TaskDetail }) {
  const { children = [], follow_ups: planned = [], decision, parent_task_id: parent } = task;
  if (!parent && !decision && children.length + planned.length === 0) return null;
  return (
    <Section title="Before and after">
      <Stack gap={6}>
        {decision && (
          <Text size="sm">
            The agent decided it in round {decision.round}: {decision.reason}
          </Text>
        )}
        {parent && (
          <Text size="sm">
            Follows from <To id={parent}>{parent.slice(0, 8)}</To>
          </Text>
        )}
        {children.map((child) => (
          <Group key={child.id} gap="xs">
            <Text size="sm">
              Came of it: <To id={child.id}>{child.task_type}</To>
            </Text>
            <Status of={child.status} size="sm" />
          </Group>
        ))}
        {planned.map((each) => (
          <Text key={`${each.task_type}${each.condition}`} size="sm">
            When it has {each.condition}: {each.task_type}
          </Text>
        ))}
      </Stack>
    </Section>
  );
}

function To({ id, children }: { id: string; children: string }) {
  return (
    <Anchor component={Link} to="/tasks/$id" params={{ id } as never} size="sm">
      {children}
    </Anchor>
  );
}
