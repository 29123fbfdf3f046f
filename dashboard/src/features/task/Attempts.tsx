import { Box, Table, Text } from "@mantine/core";
import type { TaskDetail } from "@/api/tasks";
import { Section } from "@/ui/Section";
import { Status } from "@/ui/Status";
import { span } from "@/ui/time/moments";
import { useNow } from "@/ui/time/now";
import { Time } from "@/ui/time/Time";

export function Attempts({ task }: { task: TaskDetail }) {
  const now = useNow();
  if (task.attempts.length === 0) return null;
  const rounds = task.attempts.some(({ round }) => round > 0);
  return (
    <Section title="Attempts">
      <Box className="scrolling" tabIndex={0} role="region" aria-label="Attempts">
        <Table verticalSpacing={4}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>#</Table.Th>
              <Table.Th>How it went</Table.Th>
              <Table.Th>Worker</Table.Th>
              <Table.Th>Began</Table.Th>
              <Table.Th>Took</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {task.attempts.map((each) => (
              <Table.Tr key={`${each.round}.${each.attempt}`}>
                <Table.Td>{rounds ? `${each.round}.${each.attempt}` : each.attempt}</Table.Td>
                <Table.Td>
                  <Status of={each.status} size="sm" />
                  {each.error && (
                    <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
                      {String(each.error.message ?? "")}
                    </Text>
                  )}
                </Table.Td>
                <Table.Td>{each.worker ?? "–"}</Table.Td>
                <Table.Td>
                  <Time at={each.started_at ?? each.claimed_at} />
                </Table.Td>
                <Table.Td>{tookOf(each.started_at ?? each.claimed_at, each.ended_at, now)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Box>
    </Section>
  );
}

function tookOf(from: string, to: string | null, now: Date): string {
  const end = to ? new Date(to) : now;
  return span(Math.max(0, end.getTime() - new Date(from).getTime())) + (to ? "" : " …");
}
