import { Group, Stack, Text } from "@mantine/core";
import type { WorkerEvent } from "@/api/workers";
import { Section } from "@/ui/Section";
import { Time } from "@/ui/time/Time";

const WORDS: Record<string, string> = {
  online: "Came online",
  offline: "Went offline",
  paused: "Was paused",
  draining: "Began to drain",
  resumed: "Was resumed",
  deaf: "Did not hear any more",
  hears: "Hears again",
};

const CAUSES: Record<string, string> = {
  stopped: "it was stopped",
  silent: "it went silent",
  no_gateway: "the gateway was not there",
  canaries: "canary tasks did not reach it",
  tasks: "it began none of the tasks it was handed",
};

export function Events({ events }: { events: WorkerEvent[] }) {
  return (
    <Section title="What happened to it">
      {events.length === 0 ? (
        <Text size="sm" c="dimmed">
          Nothing yet: it has not connected.
        </Text>
      ) : (
        <Stack gap={4} mah={320} style={{ overflow: "auto" }} tabIndex={0} role="list" aria-label="Events">
          {events.map((event) => (
            <Group key={event.id} gap="xs" justify="space-between" wrap="nowrap" role="listitem">
              <Text size="sm">{sentence(event)}</Text>
              <Text size="xs" c="dimmed" style={{ whiteSpace: "nowrap" }}>
                <Time at={event.created_at} />
              </Text>
            </Group>
          ))}
        </Stack>
      )}
    </Section>
  );
}

function sentence(event: WorkerEvent): string {
  const because = event.details.because;
  const why = typeof because === "string" ? `: ${CAUSES[because] ?? because}` : "";
  return `${WORDS[event.type] ?? event.type}${why}`;
}
