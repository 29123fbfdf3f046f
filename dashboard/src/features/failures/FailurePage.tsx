import { Anchor, Group, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useIsMember } from "@/api/session";
import { useRefresh } from "@/live/useRefresh";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { Facts } from "@/ui/Facts";
import { OnePage } from "@/ui/frames/OnePage";
import { paramsInWords } from "@/ui/params";
import { Section } from "@/ui/Section";
import { Time } from "@/ui/time/Time";
import { Act } from "./Act";
import { Acts } from "./Acts";
import { Message, State } from "./Group";
import { History } from "./History";
import { oneRoute } from "./page";
import { actsOn, changesGroups, FAILURES, type FailureDetail, failure, tasksOf } from "./queries";
import { manyTasks } from "./words";

/** One cause of failures: what is known of it, what can be done about it, and how far that is. */
export function FailurePage() {
  const { cause } = oneRoute.useParams();
  useRefresh([FAILURES], 1_000, changesGroups);
  return (
    <OnePage list={{ to: "/failures", word: "Failures" }} kind="Failure" found={useQuery(failure(cause))}>
      {(group) => <Everything of={group} />}
    </OnePage>
  );
}

function Everything({ of: group }: { of: FailureDetail }) {
  const [latest] = useQuery(actsOn(group.cause)).data ?? [];
  // What people say of a group is about the tasks of all.
  const isMember = useIsMember();
  return (
    <>
      <Group gap="sm">
        <Title order={1} style={{ overflowWrap: "anywhere" }}>
          {group.error_type}
        </Title>
        <Text>of {group.task_type}</Text>
        <State of={group} />
      </Group>
      <Message of={group} />
      {group.likely && (
        <Section title="Likely cause">
          <Text size="sm">{group.likely.cause}</Text>
          <Text size="sm">{group.likely.remedy}</Text>
        </Section>
      )}
      <Acts group={group} busy={latest?.state === "running"} />
      {latest && (
        <Section
          title={latest.state === "running" ? "Being done" : "Done last"}
          aside={
            <Text size="xs" c="dimmed">
              {latest.actor}, <Time at={latest.started_at} />
            </Text>
          }
        >
          <Act key={latest.id} began={latest} />
        </Section>
      )}
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="sm">
        <Stack gap="sm">
          <Known of={group} />
          <Tasks of={group} />
        </Stack>
        {!isMember && <History group={group} />}
      </SimpleGrid>
    </>
  );
}

function Known({ of: group }: { of: FailureDetail }) {
  const workers = Object.entries(group.workers ?? {}).sort(([, one], [, other]) => other - one);
  const facts: [string, ReactNode][] = [
    ["Failed now", manyTasks(group.count)],
    ["Seen", group.seen === 1 ? "once" : `${(group.seen ?? 0).toLocaleString("en")} times in all`],
    ["First", <Time key="first" at={group.first_at} show="both" />],
    ["Last", <Time key="last" at={group.last_at} show="both" />],
    ["Workers", workers.map(([name, count]) => `${name} (${count.toLocaleString("en")})`).join(", ") || "–"],
  ];
  const shared = paramsInWords(group.shared ?? {});
  return (
    <Section title="What is known">
      <Facts of={facts} />
      {shared.length > 0 && (
        <>
          <Text size="sm" fw={600}>
            All have in common
          </Text>
          <Facts of={shared} />
        </>
      )}
    </Section>
  );
}

function Tasks({ of: { cause, count } }: { of: FailureDetail }) {
  const found = useQuery(tasksOf(cause));
  const tasks = found.data ?? [];
  const all = (
    <Anchor component={Link} to="/tasks" search={{ cause, status: ["failed"] } as never} size="sm">
      All {count.toLocaleString("en")} in the list
    </Anchor>
  );
  return (
    <Section title="Its tasks" aside={count > 0 && all}>
      {found.error && <ErrorSentence error={found.error} again={() => found.refetch()} />}
      {found.data && tasks.length === 0 && <Text size="sm">None is failed any more.</Text>}
      <Stack gap={4} component="ul" m={0} p={0} style={{ listStyle: "none" }}>
        {tasks.map((task) => (
          <li key={task.id}>
            <Anchor component={Link} to="/tasks/$id" params={{ id: task.id } as never} size="sm" className="mono">
              {task.id.slice(0, 8)}
            </Anchor>{" "}
            <Text span size="sm" c="dimmed">
              {task.ticker ? `${task.ticker}, ` : ""}
              <Time at={task.updated_at} />
            </Text>
          </li>
        ))}
      </Stack>
    </Section>
  );
}
