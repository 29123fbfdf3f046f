import { Button, Stack, Text } from "@mantine/core";
import { useState } from "react";
import type { TaskDetail } from "@/api/tasks";
import { Section } from "@/ui/Section";
import { Time } from "@/ui/time/Time";

const FIRST = 15;

/** What happened, the newest first. */
export function Events({ task }: { task: TaskDetail }) {
  const [all, setAll] = useState(false);
  const newest = [...task.events].sort((one, other) => other.id - one.id);
  const shown = all ? newest : newest.slice(0, FIRST);
  return (
    <Section title="History">
      <Stack gap={6} component="ol" m={0} p={0} style={{ listStyle: "none" }}>
        {shown.map((event) => (
          <li key={event.id}>
            <Text size="sm" span fw={600}>
              {event.type.replaceAll("_", " ")}
            </Text>{" "}
            <Text size="sm" span c="dimmed">
              <Time at={event.created_at} />
              {event.actor ? ` by ${event.actor}` : ""}
              {event.attempt ? `, attempt ${event.attempt}` : ""}
            </Text>
            {event.details && (
              <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
                {wordsOf(event.details)}
              </Text>
            )}
          </li>
        ))}
      </Stack>
      {newest.length > FIRST && (
        <Button size="compact-sm" variant="subtle" onClick={() => setAll(!all)}>
          {all ? "Show fewer" : `Show ${newest.length - FIRST} more`}
        </Button>
      )}
    </Section>
  );
}

function wordsOf(details: Record<string, unknown>): string {
  return (
    Object.entries(details)
      // The result stands on this page already.
      .filter(([name, value]) => name !== "result" && value !== null && value !== "")
      .map(([name, value]) =>
        typeof value === "object" && value !== null && !Array.isArray(value)
          ? wordsOf(value as Record<string, unknown>)
          : `${name.replaceAll("_", " ")}: ${typeof value === "string" ? value : JSON.stringify(value)}`,
      )
      .join(" · ")
  );
}
