import { Anchor, Badge, Button, Code, Paper, Group as Row, Stack, Text } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useMay } from "@/api/session";
import { openForm } from "@/ui/acting/dialogs";
import { Time } from "@/ui/time/Time";
import type { Failures } from "./queries";
import { RetryAll } from "./RetryAll";
import { manyTasks } from "./words";

/** Tasks that failed of one thing. */
export function Group({ group }: { group: Failures }) {
  const may = useMay();
  const { cause, task_type, error_type, count, likely } = group;
  return (
    <Paper withBorder p="sm" component="article" aria-label={`${error_type} of ${task_type}`} data-cause={cause}>
      <Stack gap={8}>
        <Row justify="space-between" gap="xs" align="flex-start">
          <Row gap="xs">
            <Text fw={700}>{manyTasks(count)}</Text>
            <Text>{task_type}</Text>
            <Badge variant="default" tt="none">
              {error_type}
            </Badge>
            <State of={group} />
          </Row>
          <Row gap="xs">
            {may.operate && count > 0 && (
              <Button
                size="compact-sm"
                variant="default"
                leftSection={<IconRefresh size={14} aria-hidden />}
                onClick={() =>
                  openForm(`Retry ${manyTasks(count)}?`, (close) => <RetryAll group={group} close={close} />)
                }
              >
                Retry {count === 1 ? "it" : "all"}
              </Button>
            )}
            <Button component={Link} to="/failures/$cause" params={{ cause } as never} size="compact-sm">
              {may.operate ? "Put it right" : "Look at it"}
            </Button>
          </Row>
        </Row>
        <Message of={group} />
        {likely && (
          <Text size="sm">
            {likely.cause} {likely.remedy}
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
        </Row>
      </Stack>
    </Paper>
  );
}

/** What people think of it. Most are open, of which nothing is said. */
export function State({ of: { state, muted_until, reopened } }: { of: Failures }) {
  if (state === "open")
    return reopened ? (
      <Badge variant="default" tt="none">
        came back{reopened > 1 ? ` ${reopened} times` : ""}
      </Badge>
    ) : null;
  return (
    <Badge variant="default" tt="none">
      {state}
      {state === "muted" && (
        <>
          , ends <Time at={muted_until} />
        </>
      )}
    </Badge>
  );
}

export function Message({ of: { message, example, place } }: { of: Failures }) {
  return (
    <>
      <Code block style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
        {message || "It said nothing."}
      </Code>
      {example && example !== message && (
        <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
          For example: {example}
        </Text>
      )}
      {place && (
        <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
          At {place}
        </Text>
      )}
    </>
  );
}
