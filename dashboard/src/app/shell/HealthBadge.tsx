import { Badge, Group, Popover, Stack, Text, UnstyledButton } from "@mantine/core";
import { IconAlertTriangle, IconBolt, IconCheck, IconPlugConnectedX, IconQuestionMark } from "@tabler/icons-react";
import { useHealth } from "@/live/live";
import { Time } from "@/ui/time/Time";
import { type Part, useParts } from "./health";
import { illOf } from "./parts";

/** The connection, how old what is shown is, and behind a click how each part is. */
export function HealthBadge() {
  const { connection, heardAt } = useHealth();
  const parts = useParts();
  const { ill, isOffline } = illOf(parts, connection);
  const [color, Icon, word] = isOffline
    ? (["orange", IconPlugConnectedX, "Offline"] as const)
    : ill.length
      ? (["red", IconAlertTriangle, ill.length === 1 ? `${ill[0]?.name}` : `${ill.length} problems`] as const)
      : connection === "open"
        ? (["green", IconBolt, "Live"] as const)
        : (["gray", IconQuestionMark, "Connecting"] as const);
  return (
    <Popover position="bottom-end" withArrow shadow="md">
      <Popover.Target>
        <UnstyledButton aria-label={`Health: ${word}`}>
          <Badge
            className="badge"
            color={color}
            variant="light"
            tt="none"
            leftSection={<Icon size={13} aria-hidden />}
            data-connection={connection}
          >
            {word}
          </Badge>
        </UnstyledButton>
      </Popover.Target>
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
