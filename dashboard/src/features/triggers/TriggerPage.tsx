import { SimpleGrid, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { basePath } from "@/api/client";
import { useMay } from "@/api/session";
import { CopyLine } from "@/ui/acting/Secret";
import { Facts } from "@/ui/Facts";
import { Changed, Head, OnePage } from "@/ui/frames/OnePage";
import { JsonTree } from "@/ui/JsonTree";
import { Section } from "@/ui/Section";
import { Actions } from "./Actions";
import { Deliveries } from "./Deliveries";
import { asText } from "./draft";
import { oneRoute } from "./page";
import { steer, type TriggerDetail, triggerDetail } from "./queries";
import { TryIt } from "./TryIt";

/** One trigger: what sets it off, what it makes, and what came. */
export function TriggerPage() {
  const { name } = oneRoute.useParams();
  return (
    <OnePage list={{ to: "/triggers", word: "Triggers" }} kind="Trigger" found={useQuery(triggerDetail(name))}>
      {(trigger) => <Everything key={name} of={trigger} />}
    </OnePage>
  );
}

function Everything({ of: trigger }: { of: TriggerDetail }) {
  const may = useMay();
  const { id, state, example } = trigger;
  return (
    <>
      <Head of={trigger} isGrave={state === "halted"} />
      <Actions trigger={trigger} />
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="sm">
        <Stack gap="sm">
          <Definition of={trigger} />
          {may.operate && (
            <Section title="Try it">
              <TryIt start={asText(example)} act={(payload) => steer.test(id, payload)} />
            </Section>
          )}
        </Stack>
        <Deliveries trigger={trigger} />
      </SimpleGrid>
    </>
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
    ...(trigger.workspace !== "default" ? ([["Workspace", trigger.workspace]] as [string, ReactNode][]) : []),
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
