import { Loader, SimpleGrid, Table, Text } from "@mantine/core";
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { type ReactNode, useMemo } from "react";
import type { components } from "@/api/schema";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { Section } from "@/ui/Section";
import { useSettings } from "@/ui/settings";
import { Wide } from "@/ui/tables/Wide";
import { Time } from "@/ui/time/Time";
import { FigureCard } from "./FigureCard";
import type { Figure } from "./figure";
import * as figures from "./figures";
import * as history from "./history";
import {
  agentQuery,
  errorsQuery,
  freshnessQuery,
  historyQuery,
  queueQuery,
  tasksQuery,
  throughputQuery,
  workersQuery,
} from "./queries";
import type { Range } from "./ranges";

const NOTHING = "Nothing happened in this time. Choose a longer one.";

/** The figures of an answer, made anew only when there is another one; or why there is none. */
function Figures<T>({ of, make, empty }: { of: UseQueryResult<T>; make: (view: T) => Figure[]; empty: string }) {
  const { data, error, refetch } = of;
  // biome-ignore lint/correctness/useExhaustiveDependencies: how they are made does not change, what of does
  const made = useMemo(() => (data === undefined ? [] : make(data)), [data]);
  if (error && data === undefined) return <ErrorSentence error={error} again={() => void refetch()} />;
  if (data === undefined) return <Loader aria-label="Loading" />;
  return made.map((figure) => <FigureCard key={figure.name} figure={figure} empty={empty} />);
}

function Grid({ children }: { children: ReactNode }) {
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="sm">
      {children}
    </SimpleGrid>
  );
}

function CountedAt({ at }: { at: string | null | undefined }) {
  if (!at) return null;
  return (
    <Text size="xs" c="dimmed">
      Counted <Time at={at} />.
    </Text>
  );
}

export function Work({ range, taskType }: { range: Range; taskType: string | undefined }) {
  const { zone } = useSettings();
  const throughput = useQuery(throughputQuery(range, taskType));
  const tasks = useQuery(tasksQuery(range, taskType));
  return (
    <>
      <Figures key={zone} of={throughput} make={(view) => [figures.throughput(view, zone)]} empty={NOTHING} />
      <Grid>
        <Figures of={tasks} make={(view) => [figures.types(view), figures.durations(view)]} empty={NOTHING} />
      </Grid>
      <CountedAt at={throughput.data?.as_of} />
    </>
  );
}

export function Errors({ range }: { range: Range }) {
  const errors = useQuery(errorsQuery(range));
  return (
    <>
      <Grid>
        <Figures
          of={errors}
          make={(view) => [figures.errorRates(view), figures.sourceErrors(view)]}
          empty="No task failed in this time."
        />
      </Grid>
      {errors.data && errors.data.errors.length > 0 && <ErrorKinds kinds={errors.data.errors} />}
      <CountedAt at={errors.data?.as_of} />
    </>
  );
}

function ErrorKinds({ kinds }: { kinds: components["schemas"]["ErrorKindView"][] }) {
  return (
    <Section title="What tasks failed with">
      <Wide minWidth={340} label="Errors, to scroll">
        <Table aria-label="What tasks failed with">
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">Error</Table.Th>
              <Table.Th scope="col">Type</Table.Th>
              <Table.Th scope="col">Failed</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {kinds.map(({ error, task_type, failed }) => (
              <Table.Tr key={`${error} ${task_type}`}>
                <Table.Td>{error}</Table.Td>
                <Table.Td>{task_type}</Table.Td>
                <Table.Td>{failed.toLocaleString("en")}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Wide>
    </Section>
  );
}

const UNNOTED = "Nothing was there in this time, as far as it was written down: core does so once a minute.";

export function Queue({ range }: { range: Range }) {
  const { zone } = useSettings();
  const queue = useQuery(queueQuery);
  const workers = useQuery(workersQuery);
  const past = useQuery(historyQuery(range));
  return (
    <Grid>
      <Figures
        key={`past ${zone}`}
        of={past}
        make={(view) => [history.queueLength(view, zone), history.inHands(view, zone)]}
        empty={UNNOTED}
      />
      <Figures
        key={`now ${zone}`}
        of={queue}
        make={(view) => [figures.backlog(view), figures.waits(view), figures.waitsByHour(view, zone)]}
        empty="Nothing waits, and nothing began in the last hour."
      />
      <Figures
        of={workers}
        make={(view) => [figures.slots(view), figures.success(view)]}
        empty="No worker is there. Invite one, and it shows up here."
      />
    </Grid>
  );
}

export function Freshness({ range }: { range: Range }) {
  const { zone } = useSettings();
  const freshness = useQuery(freshnessQuery);
  const past = useQuery(historyQuery(range));
  return (
    <>
      <Figures key={zone} of={past} make={(view) => [history.freshOverTime(view, zone)]} empty={UNNOTED} />
      <Grid>
        <Figures
          of={freshness}
          make={(view) => [figures.freshness(view), figures.ages(view)]}
          empty="Nothing has been collected yet."
        />
      </Grid>
    </>
  );
}

export function Agent({ range }: { range: Range }) {
  const agent = useQuery(agentQuery(range));
  return (
    <>
      <Grid>
        <Figures
          of={agent}
          make={(view) => [figures.decisions(view), figures.agentSources(view), figures.spending(view)]}
          empty="The agent did nothing of this in this time."
        />
      </Grid>
      <CountedAt at={agent.data?.as_of} />
    </>
  );
}
