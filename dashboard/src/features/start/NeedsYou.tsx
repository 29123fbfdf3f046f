import { Anchor, Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useRefresh } from "@/live/useRefresh";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { Section } from "@/ui/Section";
import { Status } from "@/ui/Status";
import { lookOf } from "@/ui/statuses";
import { Time } from "@/ui/time/Time";
import { needs } from "./queries";

const REFRESH_MS = 1_000;

/** Tasks that wait for a yes, and those that failed. */
export function NeedsYou() {
  const found = useQuery(needs);
  useRefresh([needs.queryKey], REFRESH_MS);
  const tasks = found.data?.flatMap(({ page }) => page?.tasks ?? []) ?? [];
  return (
    <Section title="What needs you">
      {found.error && <ErrorSentence error={found.error} again={() => found.refetch()} />}
      {found.data && tasks.length === 0 && <Text size="sm">Nothing: no task failed, and none waits for a yes.</Text>}
      <Stack gap={6}>
        {tasks.map((task) => (
          <Group key={task.id} gap="xs" wrap="nowrap">
            <Status of={task.status} size="sm" />
            <Anchor component={Link} to="/tasks/$id" params={{ id: task.id } as never} size="sm" truncate>
              {task.task_type}
              {task.ticker ? ` · ${task.ticker}` : ""}
            </Anchor>
            <Text size="sm" c="dimmed" ml="auto" style={{ whiteSpace: "nowrap" }}>
              <Time at={task.updated_at} />
            </Text>
          </Group>
        ))}
      </Stack>
      <Group gap="md">
        {found.data?.map(({ status, page }) =>
          page && page.total > page.tasks.length ? (
            <Anchor key={status} component={Link} to="/tasks" search={{ status: [status] } as never} size="sm">
              All {page.total.toLocaleString("en")}
              {page.total_capped ? "+" : ""} {lookOf(status).label.toLowerCase()}
            </Anchor>
          ) : null,
        )}
      </Group>
    </Section>
  );
}
