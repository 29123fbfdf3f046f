import { Alert, Anchor, Group, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { Facts } from "@/ui/Facts";
import { paramsInWords } from "@/ui/params";
import { Section } from "@/ui/Section";
import { Status } from "@/ui/Status";
import { Time } from "@/ui/time/Time";
import { Actions } from "./Actions";
import { lengthOf } from "./draft";
import { NextRuns } from "./NextRuns";
import { oneRoute } from "./page";
import { type ScheduleDetail, scheduleDetail } from "./queries";
import { Runs } from "./Runs";
import { madeInWords, whenInWords } from "./words";

export function SchedulePage() {
  const { name } = oneRoute.useParams();
  const found = useQuery(scheduleDetail(name));
  const schedule = found.data;
  const back = (
    <Anchor component={Link} to="/schedules" size="sm">
      ← Schedules
    </Anchor>
  );
  if (!schedule)
    return (
      <Stack>
        {back}
        <Title order={1}>Schedule</Title>
        {found.error && <ErrorSentence error={found.error} again={() => found.refetch()} />}
      </Stack>
    );
  return (
    <Stack gap="sm">
      {back}
      <Group gap="sm">
        <Title order={1} style={{ overflowWrap: "anywhere" }}>
          {schedule.name}
        </Title>
        <Status of={schedule.state} />
      </Group>
      {schedule.definition.description && <Text>{schedule.definition.description}</Text>}
      {schedule.note && (
        <Alert color="yellow" variant="light">
          {schedule.note}
        </Alert>
      )}
      <Actions schedule={schedule} />
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="sm">
        <Stack gap="sm">
          <Definition of={schedule} />
          <Section title="Next runs">
            {schedule.state === "paused" && <Text size="sm">Not before somebody resumes it; else:</Text>}
            {schedule.next_runs.length ? <NextRuns of={schedule.next_runs} /> : <Text size="sm">There are none.</Text>}
          </Section>
        </Stack>
        <Runs schedule={schedule} />
      </SimpleGrid>
    </Stack>
  );
}

const OVERLAPS: Record<string, string> = {
  skip: "left out",
  buffer_one: "one waits",
  buffer_all: "all wait",
  allow_all: "they run side by side",
  cancel_other: "the run before is cancelled",
  terminate_other: "the run before is ended",
};
const MISSED: Record<string, string> = {
  all: "all are made up for",
  last: "once for all of them",
  none: "nothing is made up for",
};

function Definition({ of: schedule }: { of: ScheduleDetail }) {
  const { action, timing, ...rest } = schedule.definition;
  const each = action.watchlist ? "each ticker of the watchlist" : (action.tickers ?? []).join(", ");
  const facts: [string, ReactNode][] = [
    ["When", whenInWords(schedule)],
    ...(timing.cron || timing.rrule ? ([["Rule", timing.cron ?? timing.rrule]] as [string, ReactNode][]) : []),
    ["Does", madeInWords(schedule.definition)],
    ...(each ? ([["For", each]] as [string, ReactNode][]) : []),
    ...paramsInWords(action.task?.params ?? action.plan?.inputs ?? {}),
    ...(action.plan ? ([["Steps", String(action.plan.steps.length)]] as [string, ReactNode][]) : []),
    ["If the run before is not over", OVERLAPS[rest.overlap] ?? rest.overlap],
    ["If the server was away", MISSED[rest.missed] ?? rest.missed],
    ...(rest.jitter ? ([["Begins up to", `${lengthOf(rest.jitter)} later`]] as [string, ReactNode][]) : []),
    ["After a failure", rest.pause_on_failure ? "it pauses" : "it goes on"],
    ...(timing.ends_at
      ? ([["Ends", <Time key="ends" at={timing.ends_at} show="date" />]] as [string, ReactNode][])
      : []),
    ["Runs left", schedule.remaining === null ? "no limit" : String(schedule.remaining)],
    ["By", schedule.created_by],
    ["Changed", <Changed key="changed" of={schedule} />],
  ];
  return (
    <Section title="What it is">
      <Facts of={facts} />
    </Section>
  );
}

function Changed({ of: { changed_at, changed_by } }: { of: ScheduleDetail }) {
  return (
    <>
      <Time at={changed_at} /> by {changed_by}
    </>
  );
}
