import { Anchor, Button, Group, Paper, Stack, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useMay } from "@/api/session";
import { useAct } from "@/ui/acting/useAct";
import { Status } from "@/ui/Status";
import { Time } from "@/ui/time/Time";
import { Deliveries } from "./Deliveries";
import { MuteMenu } from "./MuteMenu";
import { ALERTS, type Notification, steer } from "./queries";
import { Severity } from "./Severity";

interface Props {
  of: Notification;
  onRule: (rule: string) => void;
}

export function NotificationCard({ of, onRule }: Props) {
  const may = useMay();
  const [open, setOpen] = useState(false);
  const touches = [[ALERTS]];
  const mute = useAct((seconds: number) => steer.mute(of.id, seconds), { touches });
  const unmute = useAct(() => steer.unmute(of.id), { touches });
  const read = useAct(() => steer.read(of.id), { touches });
  return (
    <Paper withBorder p="sm" component="article" aria-label={of.title} data-notification={of.id}>
      <Stack gap={6}>
        <Group justify="space-between" gap="xs" align="flex-start">
          <Group gap={6}>
            <Status of={of.state} size="sm" />
            <Severity of={of.severity} />
            {of.count > 1 && <Text size="xs">{of.count.toLocaleString("en")} times</Text>}
          </Group>
          <Text size="xs" c="dimmed">
            <Time at={of.last_seen_at} />
          </Text>
        </Group>
        <Text fw={of.read_at ? 500 : 700} style={{ overflowWrap: "anywhere" }}>
          {of.title}
        </Text>
        <Text size="sm" style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
          {of.body}
        </Text>
        <Group gap="xs">
          <Anchor component="button" size="xs" onClick={() => onRule(of.rule)}>
            Rule {of.rule}
          </Anchor>
          <Text size="xs" c="dimmed">
            since <Time at={of.first_seen_at} />
            {of.recovered_at && (
              <>
                , until <Time at={of.recovered_at} />
              </>
            )}
          </Text>
          {of.task_id && (
            <Anchor component={Link} to="/tasks/$id" params={{ id: of.task_id } as never} size="xs">
              Its task
            </Anchor>
          )}
        </Group>
        <Group gap="xs">
          {may.operate && of.state === "firing" && (
            <MuteMenu until={of.muted_until} by={of.muted_by} mute={mute.mutate} unmute={() => unmute.mutate()} />
          )}
          <Button size="compact-xs" variant="default" aria-expanded={open} onClick={() => setOpen(!open)}>
            Who was told
          </Button>
          {!of.read_at && (
            <Button size="compact-xs" variant="default" loading={read.isPending} onClick={() => read.mutate()}>
              Mark as read
            </Button>
          )}
        </Group>
        {open && <Deliveries of={of.id} />}
      </Stack>
    </Paper>
  );
}
