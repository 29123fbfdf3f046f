import { Accordion, Button, Paper, SimpleGrid, Skeleton, Stack, Text } from "@mantine/core";
import { lazy, Suspense } from "react";
import type { TaskDetail } from "@/api/tasks";
import { JsonTree } from "@/ui/JsonTree";
import { Section } from "@/ui/Section";
import { download } from "@/ui/tables/download";
import { Time } from "@/ui/time/Time";
import { Citations, Cited } from "./Citations";
import { readResult } from "./result";

const ScoresChart = lazy(() => import("./ScoresChart"));

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;

/** A result by what it holds: figures, a text with its citations, scores; and all of it as JSON. */
export function Result({ task }: { task: TaskDetail }) {
  const result = task.result ?? {};
  const { figures, texts, citations, scores, rest } = readResult(result);
  const save = () => download("result.json", JSON.stringify(result, null, 2), "application/json");
  return (
    <Section
      title="Result"
      aside={
        <Button size="compact-sm" variant="subtle" onClick={save}>
          Download
        </Button>
      }
    >
      {figures.length > 0 && (
        <SimpleGrid cols={{ base: 2, sm: 4 }} spacing="xs">
          {figures.map(({ name, value }) => (
            <Paper key={name} p={6} withBorder>
              <Text size="lg" fw={700}>
                {value}
              </Text>
              <Text size="xs" c="dimmed">
                {name}
              </Text>
            </Paper>
          ))}
        </SimpleGrid>
      )}
      {scores && (
        <Suspense fallback={<Skeleton height={130} />}>
          <ScoresChart scores={scores} />
        </Suspense>
      )}
      {texts.map(({ name, value }) => (
        <Stack key={name} gap={2}>
          <Text size="xs" c="dimmed">
            {name}
          </Text>
          <Text size="sm" style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
            {MOMENT.test(value) ? <Time at={value} show="both" /> : <Cited text={value} citations={citations} />}
          </Text>
        </Stack>
      ))}
      {citations.length > 0 && <Citations citations={citations} ticker={task.ticker} workspace={task.workspace} />}
      {rest && (
        <Accordion variant="contained">
          <Accordion.Item value="all">
            <Accordion.Control>As JSON</Accordion.Control>
            <Accordion.Panel>
              <JsonTree of={result} label="Result" />
            </Accordion.Panel>
          </Accordion.Item>
        </Accordion>
      )}
    </Section>
  );
}
