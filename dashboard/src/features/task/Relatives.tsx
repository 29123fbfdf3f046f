import { Anchor, Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { planDetail } from "@/api/plans";
import type { TaskDetail } from "@/api/tasks";
import { Section } from "@/ui/Section";
import { Status } from "@/ui/Status";

/** What came before, what came of it, and what will. */
export function Relatives({ task }: { task: TaskDetail }) {
  const { children = [], follow_ups: planned = [], decision, parent_task_id: parent } = task;
  if (!parent && !decision && !task.plan_id && children.length + planned.length === 0) return null;
  return (
    <Section title="Before and after">
      <Stack gap={6}>
        {task.plan_id && <OfPlan id={task.plan_id} step={task.plan_step ?? ""} place={task.plan_place ?? 0} />}
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

function OfPlan({ id, step, place }: { id: string; step: string; place: number }) {
  const plan = useQuery(planDetail(id)).data;
  return (
    <Text size="sm">
      Step{" "}
      <Anchor component={Link} to="/plans/$id" params={{ id } as never} search={{ step } as never} size="sm">
        {step}
      </Anchor>
      {place > 0 && `, entry ${place},`} of the plan{" "}
      <Anchor component={Link} to="/plans/$id" params={{ id } as never} size="sm">
        {plan?.name ?? id.slice(0, 8)}
      </Anchor>
    </Text>
  );
}

function To({ id, children }: { id: string; children: string }) {
  return (
    <Anchor component={Link} to="/tasks/$id" params={{ id } as never} size="sm">
      {children}
    </Anchor>
  );
}
