import { Alert, Anchor, Group, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { basePath } from "@/api/client";
import { useMay } from "@/api/session";
import { CopyLine } from "@/ui/acting/Secret";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { Facts } from "@/ui/Facts";
import { JsonTree } from "@/ui/JsonTree";
import { Section } from "@/ui/Section";
import { Status } from "@/ui/Status";
import { Time } from "@/ui/time/Time";
import { Actions } from "./Actions";
import { Deliveries } from "./Deliveries";
import { asText } from "./draft";
import { oneRoute } from "./page";
import { steer, type TriggerDetail, triggerDetail } from "./queries";
import { TryIt } from "./TryIt";

/** One trigger: what sets it off, what it makes, and what came. */
export function TriggerPage() {
  const { name } = oneRoute.useParams();
  const found = useQuery(triggerDetail(name));
  const may = useMay();
  const trigger = found.data;
  const back = (
    <Anchor component={Link} to="/triggers" size="sm">
      ← Triggers
    </Anchor>
  );
  if (!trigger)
    return (
      <Stack>
        {back}
        <Title order={1}>Trigger</Title>
        {found.error && <ErrorSentence error={found.error} again={() => found.refetch()} />}
      </Stack>
    );
  return (
    <Stack gap="sm">
      {back}
      <Group gap="sm">
        <Title order={1} style={{ overflowWrap: "anywhere" }}>
          {trigger.name}
        </Title>
        <Status of={trigger.state} />
      </Group>
      {trigger.definition.description && <Text>{trigger.definition.description}</Text>}
      {trigger.note && (
        <Alert color={trigger.state === "halted" ? "red" : "yellow"} variant="light">
          {trigger.note}
        </Alert>
      )}
      <Actions trigger={trigger} />
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="sm">
        <Stack gap="sm">
          <Definition of={trigger} />
          {may.operate && (
            <Section title="Try it">
              <TryIt key={name} start={asText(trigger.example)} act={(payload) => steer.test(name, payload)} />
            </Section>
          )}
        </Stack>
        <Deliveries trigger={trigger} />
      </SimpleGrid>
    </Stack>
  );
}

function Definition({ of: trigger }: { of: TriggerDetail }) {
  const { definition, path } = trigger;
  const facts: [string, ReactNode][] = [
    ["When", trigger.when],
    ...(definition.filter
      ? ([["Only if", <code key="filter">{definition.filter}</code>]] as [string, ReactNode][])
      : []),
    ["Does", trigger.does],
    ["At most", `${definition.per_minute} a minute`],
    ["By", trigger.created_by],
    ["Changed", <Changed key="changed" of={trigger} />],
  ];
  return (
    <Section title="What it is">
      {path && <CopyLine text={`${location.origin}${basePath}${path}`} label="Address of the hook" />}
      <Facts of={facts} />
      <JsonTree of={definition.action} label="What it makes" />
    </Section>
  );
}

function Changed({ of: { changed_at, changed_by } }: { of: TriggerDetail }) {
  return (
    <>
      <Time at={changed_at} /> by {changed_by}
    </>
  );
}
