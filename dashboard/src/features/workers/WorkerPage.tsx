import { Anchor, Group, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { WORKERS, type WorkerDetail, workerActivity, workerDetail } from "@/api/workers";
import { useRefresh } from "@/live/useRefresh";
import { TemporalQueues } from "@/ui/acting/TemporalQueues";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { Facts } from "@/ui/Facts";
import { Section } from "@/ui/Section";
import { Names } from "@/ui/tables/Cells";
import { Time } from "@/ui/time/Time";
import { Actions } from "./Actions";
import { Events } from "./Events";
import { Health } from "./Health";
import { OnHand } from "./OnHand";
import { oneRoute } from "./page";
import { RecordOfWork } from "./RecordOfWork";
import { Served } from "./Served";
import { Work } from "./Work";
import { slotsOf, Why } from "./WorkerCard";

export function WorkerPage() {
  const { id } = oneRoute.useParams();
  const found = useQuery(workerDetail(id));
  const activity = useQuery(workerActivity).data;
  useRefresh([[WORKERS, "one", id]], 1_000, (event) => event.worker_id === id);
  const back = (
    <Anchor component={Link} to="/workers" size="sm">
      ← Workers
    </Anchor>
  );
  if (found.error && !found.data)
    return (
      <Stack>
        {back}
        <Title order={1}>Worker</Title>
        <ErrorSentence error={found.error} again={() => found.refetch()} />
      </Stack>
    );
  const worker = found.data;
  if (!worker) return <Title order={1}>Worker</Title>;
  return (
    <Stack gap="sm">
      {back}
      <Group gap="sm">
        <Title order={1} style={{ overflowWrap: "anywhere" }}>
          {worker.name}
        </Title>
        <Health of={worker} />
        <Text size="sm" c="dimmed">
          since <Time at={worker.since} />
        </Text>
      </Group>
      <Why worker={worker} />
      <Actions worker={worker} />
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="sm">
        <Stack gap="sm">
          <Section title="What it is" aside={<Work of={worker.id} activity={activity} />}>
            <Description worker={worker} />
          </Section>
          <RecordOfWork of={worker} />
        </Stack>
        <Stack gap="sm">
          <OnHand tasks={worker.tasks ?? []} />
          <Events events={worker.events ?? []} />
        </Stack>
      </SimpleGrid>
    </Stack>
  );
}

/** What it asks tasks for this moment. */
function takes({ capabilities, polling }: WorkerDetail): ReactNode {
  if (polling.length === 0) return "nothing";
  const all = capabilities.every((each) => polling.includes(each));
  return all ? "all of it" : <Names of={polling} most={30} />;
}

function Description({ worker }: { worker: WorkerDetail }) {
  const vitals = worker.vitals;
  const share = (of: number | null | undefined) =>
    of === null || of === undefined ? "–" : `${Math.round(of * 100)} %`;
  const facts: [string, ReactNode][] = [
    ["Health", worker.score === null || worker.score === undefined ? "–" : `${worker.score} of 100`],
    ["Slots", `${worker.current_tasks} of ${slotsOf(worker)} in use`],
    ["May do", <Names key="may" of={worker.capabilities} most={30} />],
    ["Serves", <Served key="serves" of={worker} most={30} />],
    ["Takes now", takes(worker)],
    ["Its queues in Temporal", <TemporalQueues key="queues" of={worker.temporal_queues ?? {}} />],
    ["Online since", <Time key="online" at={worker.online_since} show="both" />],
    ["Last heard", <Time key="heard" at={worker.last_heartbeat} show="both" />],
    ["Version", worker.version ?? "–"],
    ["Machine", vitals?.host ? `${vitals.host}, process ${vitals.process_id}` : "–"],
    ["CPU, memory", `${share(vitals?.cpu)}, ${share(vitals?.memory)}`],
    ["Registered", <Time key="registered" at={worker.registered_at} show="both" />],
  ];
  return <Facts of={facts} />;
}
