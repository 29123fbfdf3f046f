import { Stack, Text } from "@mantine/core";
import type { components } from "@/api/schema";
import { Time } from "@/ui/time/Time";

/** Moments to come in the zone of who looks, with what the clocks do there. */
export function NextRuns({ of }: { of: components["schemas"]["DueView"][] }) {
  return (
    <Stack gap={4} component="ol" m={0} p={0} style={{ listStyle: "none" }}>
      {of.map(({ at, note }) => (
        <li key={at}>
          <Text size="sm">
            <Time at={at} show="both" />
          </Text>
          {note && (
            <Text size="xs" c="dimmed">
              {note}
            </Text>
          )}
        </li>
      ))}
    </Stack>
  );
}
