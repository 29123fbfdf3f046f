import { Group, Popover, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconCheck, IconQuestionMark } from "@tabler/icons-react";
import type { ReactElement } from "react";
import { useHealth } from "@/live/live";
import { Time } from "@/ui/time/Time";
import { type Part, useParts } from "./health";

/** What opens when the badge is pressed. */
export default function HealthParts({ badge }: { badge: ReactElement }) {
  const { connection, heardAt } = useHealth();
  const parts = useParts();
  return (
    <Popover position="bottom-end" withArrow shadow="md">
      <Popover.Target>{badge}</Popover.Target>
      <Popover.Dropdown>
        <Stack gap={6} miw={240}>
          {parts.map((part) => (
            <Line key={part.name} part={part} />
          ))}
          <Text size="xs" c="dimmed">
            {connection === "open" ? "Changes arrive as they happen; last heard " : "What you see is from "}
            {heardAt ? <Time at={heardAt.toISOString()} show="both" /> : "now"}.
          </Text>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

function Line({ part }: { part: Part }) {
  const Icon = part.well === null ? IconQuestionMark : part.well ? IconCheck : IconAlertTriangle;
  return (
    <Group gap={8} wrap="nowrap">
      <Icon size={16} aria-label={part.well === null ? "unknown" : part.well ? "well" : "a problem"} />
      <Text size="sm" fw={600} w={100}>
        {part.name}
      </Text>
      <Text size="sm">{part.says}</Text>
    </Group>
  );
}
