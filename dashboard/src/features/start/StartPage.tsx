import { Loader, SimpleGrid, Stack, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Navigate } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { useIsMember } from "@/api/session";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { Section } from "@/ui/Section";
import { NeedsYou } from "./NeedsYou";
import { NextThings } from "./NextThings";
import { throughput } from "./queries";

const ThroughputChart = lazy(() => import("./ThroughputChart"));

/** What to do next on a new installation; afterwards what needs a person, and how the last day went. */
export function StartPage() {
  // What stands here belongs to all: for members the first page is that of their tasks.
  return useIsMember() ? <Navigate to="/tasks" replace /> : <Start />;
}

function Start() {
  const day = useQuery(throughput);
  return (
    <Stack maw={1100}>
      <Title order={1}>Start</Title>
      <NextThings />
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <NeedsYou />
        <Section title="The last 24 hours">
          {day.error && <ErrorSentence error={day.error} again={() => day.refetch()} />}
          {day.data && (
            <Suspense fallback={<Loader aria-label="Loading" />}>
              <ThroughputChart buckets={day.data.buckets} />
            </Suspense>
          )}
        </Section>
      </SimpleGrid>
    </Stack>
  );
}
