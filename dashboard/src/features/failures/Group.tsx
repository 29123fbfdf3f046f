import { Anchor, Badge, Button, Code, Paper, Group as Row, Stack, Text } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { components } from "@/api/schema";
import { useMay } from "@/api/session";
import { openForm } from "@/ui/acting/dialogs";
import { Time } from "@/ui/time/Time";
import { RetryAll } from "./RetryAll";

/** Tasks that failed of one thing. */
export function Group({ group }: { group: components["schemas"]["FailureGroupView"] }) {
  const may = useMay();
  const { task_type, error_type, message, example, count } = group;
  const many = count === 1 ? "1 task" : `${count.toLocaleString("en")} tasks`;
  return (
    <Paper withBorder p="sm" component="article" aria-label={`${error_type} of ${task_type}`} data-cause={group.cause}>
      <Stack gap={8}>
        <Row justify="space-between" gap="xs" align="flex-start">
          <Row gap="xs">
            <Text fw={700}>{many}</Text>
            <Text>{task_type}</Text>
            <Badge variant="default" tt="none">
              {error_type}
            </Badge>
          </Row>
          {may.operate && (
            <Button
              size="compact-sm"
              leftSection={<IconRefresh size={14} aria-hidden />}
              onClick={() => openForm(`Retry ${many}?`, (close) => <RetryAll group={group} close={close} />)}
            >
              Retry {count === 1 ? "it" : "all"}
            </Button>
          )}
        </Row>
        <Code block style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
          {message || "It said nothing."}
        </Code>
        {example && example !== message && (
          <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
            For example: {example}
          </Text>
        )}
        <Row gap="md">
          <Text size="xs" c="dimmed">
            first <Time at={group.first_at} />, last <Time at={group.last_at} />
          </Text>
          <Row gap={6}>
            <Text size="xs">The latest:</Text>
            {group.task_ids.map((id) => (
              <Anchor key={id} component={Link} to="/tasks/$id" params={{ id } as never} size="xs" className="mono">
                {id.slice(0, 8)}
              </Anchor>
            ))}
          </Row>
          <Anchor component={Link} to="/tasks" search={{ status: ["failed"], task_type } as never} size="xs">
            All failed {task_type}
          </Anchor>
        </Row>
      </Stack>
    </Paper>
  );
}
