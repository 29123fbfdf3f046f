import { Anchor, Group } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMay } from "@/api/session";
import { useWorkspace } from "@/app/root";
import { ListPage, NewLink } from "@/ui/frames/ListPage";
import { Status } from "@/ui/Status";
import type { Column } from "@/ui/tables/DataTable";
import { Time } from "@/ui/time/Time";
import { type Schedule, schedules, useScheduleNews } from "./queries";
import { madeInWords, whenInWords } from "./words";

const COLUMNS: Column<Schedule>[] = [
  {
    head: "Schedule",
    title: true,
    cell: ({ id, name, workspace }) => (
      <>
        <Anchor
          component={Link}
          to="/schedules/$name"
          params={{ name: id } as never}
          style={{ overflowWrap: "anywhere" }}
        >
          {name}
        </Anchor>
        {workspace !== "default" && <span className="dim"> in {workspace}</span>}
      </>
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
  useScheduleNews();
  const workspace = useWorkspace();
  const found = useQuery(schedules(workspace));
  return (
    <ListPage
      title="Schedules"
      found={found}
      rows={found.data?.schedules}
      unreadable={found.data?.unreadable}
      columns={COLUMNS}
      keyOf={({ id }) => id}
      create={may.operate && <NewLink to="/schedule">New schedule</NewLink>}
      empty={{
        title: `Nothing is done by the clock yet${workspace ? ` in ${workspace}` : ""}`,
        says: "A schedule creates tasks every morning, every two hours, on the last weekday of a month …",
      }}
    />
  );
}

function Next({ of: { state, next_runs } }: { of: Schedule }) {
  const [next] = next_runs;
  if (state === "paused" || !next) return <span className="dim">–</span>;
  return <Time at={next.at} show="both" />;
}
