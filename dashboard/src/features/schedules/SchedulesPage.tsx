import { Anchor, Button, Group, Stack, Text, Title } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMay } from "@/api/session";
import { Empty } from "@/ui/Empty";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { Status } from "@/ui/Status";
import { type Column, DataTable } from "@/ui/tables/DataTable";
import { Time } from "@/ui/time/Time";
import { Unreadable } from "@/ui/Unreadable";
import { type Schedule, schedules } from "./queries";
import { madeInWords, whenInWords } from "./words";

const COLUMNS: Column<Schedule>[] = [
  {
    head: "Schedule",
    title: true,
    cell: ({ name }) => (
      <Anchor component={Link} to="/schedules/$name" params={{ name } as never} style={{ overflowWrap: "anywhere" }}>
        {name}
      </Anchor>
    ),
  },
  { head: "State", cell: ({ state }) => <Status of={state} size="sm" /> },
  { head: "Does", cell: ({ definition }) => madeInWords(definition) },
  { head: "When", cell: whenInWords },
  { head: "Next run", cell: (schedule) => <Next of={schedule} /> },
  {
    head: "Last run",
    cell: ({ last_run }) =>
      last_run ? (
        <Group gap={6}>
          <Status of={last_run.outcome} size="sm" /> <Time at={last_run.due_at} />
        </Group>
      ) : (
        "none yet"
      ),
  },
];

/** What is done by the clock. */
export function SchedulesPage() {
  const may = useMay();
  const found = useQuery(schedules);
  const create = may.operate && (
    <Button component={Link} to="/schedule" size="compact-md" leftSection={<IconPlus size={16} aria-hidden />}>
      New schedule
    </Button>
  );
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Title order={1}>Schedules</Title>
        {create}
      </Group>
      {found.error && <ErrorSentence error={found.error} again={() => found.refetch()} />}
      <Unreadable of={found.data?.unreadable} />
      {found.data?.schedules.length === 0 && (
        <Empty title="Nothing is done by the clock yet">
          <Text size="sm">
            A schedule creates tasks every morning, every two hours, on the last weekday of a month …
          </Text>
        </Empty>
      )}
      {found.data && found.data.schedules.length > 0 && (
        <DataTable label="Schedules" columns={COLUMNS} rows={found.data.schedules} keyOf={({ id }) => id} />
      )}
    </Stack>
  );
}

function Next({ of: { state, next_runs } }: { of: Schedule }) {
  const [next] = next_runs;
  if (state === "paused" || !next) return <span className="dim">–</span>;
  return <Time at={next.at} show="both" />;
}
