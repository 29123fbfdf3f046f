import { SimpleGrid, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { TemporalLink } from "@/ui/acting/TemporalLink";
import { Facts } from "@/ui/Facts";
import { Changed, Head, OnePage } from "@/ui/frames/OnePage";
import { paramsInWords } from "@/ui/params";
import { Section } from "@/ui/Section";
import { Time } from "@/ui/time/Time";
import { Actions } from "./Actions";
import { lengthOf } from "./draft";
import { NextRuns } from "./NextRuns";
import { oneRoute } from "./page";
import { type ScheduleDetail, scheduleDetail, useScheduleNews } from "./queries";
import { Runs } from "./Runs";
import { madeInWords, whenInWords } from "./words";

/** One schedule: what it does and when, and what became of each of its runs. */
export function SchedulePage() {
  const { name } = oneRoute.useParams();
  useScheduleNews();
  return (
    <OnePage list={{ to: "/schedules", word: "Schedules" }} kind="Schedule" found={useQuery(scheduleDetail(name))}>
      {(schedule) => (
        <>
          <Head of={schedule} />
          <Actions schedule={schedule} />
          <SimpleGrid cols={{ base: 1, md: 2 }} spacing="sm">
            <Stack gap="sm">
              <Definition of={schedule} />
              <Coming of={schedule} />
            </Stack>
            <Runs schedule={schedule} />
          </SimpleGrid>
        </>
      )}
    </OnePage>
  );
}

function Coming({ of: { state, next_runs } }: { of: ScheduleDetail }) {
  return (
    <Section title="Next runs">
      {state === "paused" && <Text size="sm">Not before somebody resumes it; else:</Text>}
      {next_runs.length ? <NextRuns of={next_runs} /> : <Text size="sm">There are none.</Text>}
    </Section>
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
    ...(schedule.workspace !== "default" ? ([["Workspace", schedule.workspace]] as [string, ReactNode][]) : []),
    ["By", schedule.created_by],
    ["Changed", <Changed key="changed" of={schedule} />],
  ];
  const isThere = schedule.state !== "waiting" && schedule.state !== "gone";
  return (
    <Section title="What it is" aside={isThere && <TemporalLink to={schedule.temporal_url} />}>
      <Facts of={facts} />
    </Section>
  );
}
