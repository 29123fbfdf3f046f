import { Alert, Box, Group, Loader, Progress, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { IconHourglass } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type TaskDetail, taskDetail } from "@/api/tasks";
import { CopyButton } from "@/ui/acting/CopyButton";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { Facts as FactList } from "@/ui/Facts";
import { paramsInWords } from "@/ui/params";
import { Section } from "@/ui/Section";
import { Status } from "@/ui/Status";
import { isOver } from "@/ui/statuses";
import { Actions } from "./Actions";
import { Attempts } from "./Attempts";
import { Events } from "./Events";
import { Facts } from "./Facts";
import { Notes } from "./Notes";
import { route } from "./page";
import { Relatives } from "./Relatives";
import { Result } from "./Result";
import { Stored } from "./Stored";
import { useLiveTask } from "./useLiveTask";

/** Everything about one task, as it happens. */
export function TaskPage() {
  const { id } = route.useParams();
  const found = useQuery(taskDetail(id));
  useLiveTask(id);
  if (found.error && !found.data) return <ErrorSentence error={found.error} again={() => found.refetch()} />;
  if (!found.data) return <Loader aria-label="Loading" />;
  return <Everything task={found.data} />;
}

function Everything({ task }: { task: TaskDetail }) {
  return (
    <Stack gap="md" maw={1200}>
      <Stack gap={6}>
        <Group gap="sm">
          <Title order={1}>
            {task.task_type}
            {task.ticker ? ` · ${task.ticker}` : ""}
          </Title>
          <Status of={task.status} size="lg" />
          {task.cancel_requested_at && !isOver(task.status) && <Text size="sm">is being cancelled …</Text>}
        </Group>
        <Group gap={4}>
          <Text className="mono" c="dimmed">
            {task.id}
          </Text>
          <CopyButton text={task.id} label="Copy the id" />
        </Group>
        <Actions task={task} />
      </Stack>
      <Going task={task} />
      {task.error && <Failure error={task.error} />}
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
        <Stack gap="md">
          {task.result && <Result task={task} />}
          <Stored task={task} />
          <Facts task={task} />
          <Section
            title="What it was asked for"
            aside={<CopyButton text={JSON.stringify(task.params, null, 2)} label="Copy it as JSON" />}
          >
            <FactList of={paramsInWords(task.params)} />
          </Section>
          <Relatives task={task} />
        </Stack>
        <Stack gap="md">
          <Attempts task={task} />
          <Events key={task.id} task={task} />
          <Notes task={task} />
        </Stack>
      </SimpleGrid>
    </Stack>
  );
}

/** How far it is, or why it waits. */
function Going({ task }: { task: TaskDetail }) {
  if (task.waiting_because)
    return (
      <Alert color="yellow" icon={<IconHourglass aria-hidden />} title="Why it waits">
        {task.waiting_because}
      </Alert>
    );
  if (isOver(task.status) || !task.progress) return null;
  const { percent, step, counters } = task.progress as {
    percent?: number;
    step?: string;
    counters?: Record<string, number>;
  };
  return (
    <Box aria-live="polite">
      <Group justify="space-between">
        <Text size="sm">{step ?? "Running"}</Text>
        {percent !== undefined && (
          <Text size="sm" fw={600}>
            {Math.round(percent)} %
          </Text>
        )}
      </Group>
      {percent !== undefined && <Progress value={percent} aria-label="Progress" transitionDuration={200} />}
      {counters && (
        <Text size="xs" c="dimmed">
          {Object.entries(counters)
            .map(([name, count]) => `${count.toLocaleString("en")} ${name.replaceAll("_", " ")}`)
            .join(" · ")}
        </Text>
      )}
    </Box>
  );
}

function Failure({ error }: { error: Record<string, unknown> }) {
  return (
    <Alert color="red" title={String(error.type ?? "Error")}>
      <Text size="sm" style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
        {String(error.message ?? "")}
      </Text>
    </Alert>
  );
}
