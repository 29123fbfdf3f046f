import { Button, Group, Stack, Text } from "@mantine/core";
import { IconSend } from "@tabler/icons-react";
import type { components } from "@/api/schema";
import { openForm } from "@/ui/acting/dialogs";
import { useAct } from "@/ui/acting/useAct";
import { Deliveries } from "./Deliveries";
import { ALERTS } from "./queries";

type Sent = components["schemas"]["TestView"];

/** Sends a test, and shows what becomes of it. */
export function TestButton({ of, send }: { of: string; send: (name: string) => Promise<Sent> }) {
  const act = useAct(send, { touches: [[ALERTS]] });
  const show = (sent: Sent) => openForm(`A test of ${of}`, (close) => <Result sent={sent} close={close} />);
  return (
    <Button
      size="compact-xs"
      variant="default"
      leftSection={<IconSend size={12} aria-hidden />}
      aria-label={`Test ${of}`}
      loading={act.isPending}
      onClick={() => act.mutate(of, { onSuccess: show })}
    >
      Test
    </Button>
  );
}

function Result({ sent, close }: { sent: Sent; close: () => void }) {
  return (
    <Stack gap="sm">
      <Text size="sm">
        {sent.channels.length
          ? `A test message is on its way to ${sent.channels.join(", ")}. It stands among the alerts, too.`
          : "The test stands among the alerts. No channel is set, so it is told nowhere else."}
      </Text>
      {sent.channels.length > 0 && <Deliveries of={sent.notification_id} />}
      <Group justify="flex-end">
        <Button onClick={close}>Close</Button>
      </Group>
    </Stack>
  );
}
