import { Anchor, Group, Paper, Progress, Stack, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { Activity, Worker } from "@/api/workers";
import { Names, percent } from "@/ui/tables/Cells";
import { Time } from "@/ui/time/Time";
import { Health } from "./Health";
import { Served } from "./Served";
import { Work } from "./Work";

interface Props {
  worker: Worker;
  activity: Activity | undefined;
  tellsServed: boolean;
}

export function WorkerCard({ worker, activity, tellsServed }: Props) {
  const slots = slotsOf(worker);
  return (
    <Paper withBorder p="sm" component="article" aria-label={worker.name} data-worker={worker.name}>
      <Stack gap={8}>
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <Anchor
            component={Link}
            to="/workers/$id"
            params={{ id: worker.id } as never}
            fw={600}
            c="inherit"
            lineClamp={2}
          >
            {worker.name}
          </Anchor>
          <Health of={worker} />
        </Group>
        <Text size="xs" c="dimmed">
          {worker.since ? (
            <>
              since <Time at={worker.since} />
            </>
          ) : (
            "never seen"
          )}
          {worker.score !== null && worker.score !== undefined && ` · health ${worker.score} of 100`}
        </Text>
        <Why worker={worker} />
        <Group gap="xs" wrap="nowrap">
          <Progress
            value={slots ? (100 * worker.current_tasks) / slots : 0}
            size="sm"
            flex={1}
            aria-label={`${worker.current_tasks} of ${slots} slots in use`}
          />
          <Text size="xs">
            {worker.current_tasks} / {slots} slots
          </Text>
        </Group>
        <Group justify="space-between" align="flex-end" wrap="nowrap">
          <Work of={worker.id} activity={activity} />
          <Text size="xs" ta="end">
            {worker.work ? `${percent(worker.work.success_rate)} succeeded` : "no work yet"}
          </Text>
        </Group>
        <Names of={worker.capabilities} />
        {tellsServed && (
          <Group gap={6} fz="xs">
            serves <Served of={worker} />
          </Group>
        )}
      </Stack>
    </Paper>
  );
}

/** Why it gets nothing, if it does not. */
export function Why({ worker }: { worker: Worker }) {
  const said = worker.held
    ? `${worker.held_by ?? "somebody"}: ${worker.held_reason ?? ""}`
    : worker.status === "offline" || worker.status === "deaf"
      ? worker.reason
      : null;
  if (!said) return null;
  return (
    <Text size="xs" style={{ overflowWrap: "anywhere" }}>
      {said}
    </Text>
  );
}

/** The most that it takes at once. */
export function slotsOf(worker: Worker): number {
  return Math.min(worker.slots ?? worker.max_concurrency, worker.max_concurrency);
}
