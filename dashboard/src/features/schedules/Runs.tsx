import { Anchor, Group, Stack, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useWorkspaceChoices } from "@/ui/forms/WorkspaceChoice";
import { Section } from "@/ui/Section";
import { Status } from "@/ui/Status";
import { Time } from "@/ui/time/Time";
import type { Run, ScheduleDetail } from "./queries";

const MOST = 5;

/** Each moment at which it was due: what was made, or why nothing was. */
export function Runs({ schedule: { name, runs, workspace } }: { schedule: ScheduleDetail }) {
  // Another workspace may have one of the same name.
  const hasChoice = useWorkspaceChoices().length > 0;
  const search = { created_by: `schedule:${name}`, ...(hasChoice && { workspace }) };
  const all = (
    <Anchor component={Link} to="/tasks" search={search as never} size="sm">
      All its tasks
    </Anchor>
  );
  return (
    <Section title="Runs" aside={runs.length > 0 && all}>
      {runs.length === 0 && <Text size="sm">None yet.</Text>}
      <Stack gap={8} component="ol" m={0} p={0} style={{ listStyle: "none" }}>
        {runs.map((run) => (
          <li key={`${run.due_at}${run.created_at}`} data-run={run.outcome}>
            <Group gap="xs">
              <Status of={run.outcome} size="sm" />
              <Text size="sm">
                <Time at={run.due_at} show="both" />
              </Text>
              <Made by={run} />
            </Group>
            {run.why && (
              <Text size="xs" c="dimmed">
                {run.why}
              </Text>
            )}
          </li>
        ))}
      </Stack>
    </Section>
  );
}

function Made({ by: { task_ids, plan_id } }: { by: Run }) {
  if (plan_id)
    return (
      <Anchor component={Link} to="/plans/$id" params={{ id: plan_id } as never} size="sm" className="mono">
        plan {plan_id.slice(0, 8)}
      </Anchor>
    );
  const more = task_ids.length - MOST;
  return (
    <>
      {task_ids.slice(0, MOST).map((id) => (
        <Anchor key={id} component={Link} to="/tasks/$id" params={{ id } as never} size="sm" className="mono">
          {id.slice(0, 8)}
        </Anchor>
      ))}
      {more > 0 && (
        <Text span size="xs" c="dimmed">
          and {more.toLocaleString("en")} more
        </Text>
      )}
    </>
  );
}
