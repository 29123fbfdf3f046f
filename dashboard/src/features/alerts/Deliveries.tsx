import { Code, Group, Loader, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { components } from "@/api/schema";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { Status } from "@/ui/Status";
import { Time } from "@/ui/time/Time";
import { deliveries } from "./queries";

/** Each message of a notification on its way to a channel, and how that went. */
export function Deliveries({ of }: { of: number }) {
  const found = useQuery(deliveries(of));
  if (found.error) return <ErrorSentence error={found.error} again={() => found.refetch()} />;
  if (!found.data) return <Loader size="xs" aria-label="Loading" />;
  if (found.data.length === 0) return <Text size="sm">It went to no channel: it stands only here.</Text>;
  return (
    <Stack gap={4} role="list" aria-label="Messages">
      {found.data.map((each) => (
        <Message key={each.id} of={each} />
      ))}
    </Stack>
  );
}

function Message({ of }: { of: components["schemas"]["DeliveryView"] }) {
  const error = of.tries.findLast((each) => each.error !== null)?.error;
  return (
    <Stack gap={2} role="listitem">
      <Group gap="xs">
        <Status of={of.state} size="sm" />
        <Text size="sm" fw={600}>
          {of.channel}
        </Text>
        <Text size="xs" c="dimmed">
          {of.kind}, {of.attempts} {of.attempts === 1 ? "try" : "tries"}, <Time at={of.sent_at ?? of.created_at} />
        </Text>
      </Group>
      {error && <Code style={{ overflowWrap: "anywhere" }}>{error}</Code>}
    </Stack>
  );
}
