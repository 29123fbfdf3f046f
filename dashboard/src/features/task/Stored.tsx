import { Anchor, Group, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type TaskDetail, taskTypes } from "@/api/tasks";
import { useWorkspace } from "@/app/root";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { exportAddress, wordOf } from "@/ui/records/kinds";
import { RecordRow } from "@/ui/records/RecordRow";
import { Section } from "@/ui/Section";
import { isOver } from "@/ui/statuses";
import { FIRST_ROWS, kindsQuery, storedQuery } from "./rows";

/** The rows that a task has stored, each kind by itself: what it was for. */
export function Stored({ task }: { task: TaskDetail }) {
  const kinds = useQuery(taskTypes).data?.find(({ name }) => name === task.task_type)?.writes ?? [];
  if (!isOver(task.status)) return null;
  return kinds.map((kind) => <OfKind key={kind} kind={kind} task={task} />);
}

function OfKind({ kind, task }: { kind: string; task: TaskDetail }) {
  const found = useQuery(storedQuery(task.id, kind));
  // Where the page is about one workspace, the list is about that of the task.
  const workspace = useWorkspace() && task.workspace;
  const time = useQuery(kindsQuery).data?.find((each) => each.kind === kind)?.time ?? "fetched_at";
  if (found.error) return <ErrorSentence error={found.error} again={() => found.refetch()} />;
  const rows = found.data?.records ?? [];
  if (rows.length === 0) return null;
  const mine = { task_id: task.id };
  return (
    <Section
      title={wordOf(kind)}
      aside={
        <Group gap="sm">
          <Anchor size="sm" component={Link} to="/records" search={{ kind, ...mine, workspace } as never}>
            All of them
          </Anchor>
          <Anchor size="sm" href={exportAddress(kind, mine, "csv")} download>
            CSV
          </Anchor>
          <Anchor size="sm" href={exportAddress(kind, mine, "json")} download>
            JSON
          </Anchor>
        </Group>
      }
    >
      <ul className="records" aria-label={wordOf(kind)}>
        {rows.map((row) => (
          <RecordRow key={JSON.stringify(row)} row={row} time={time} ofOneTask />
        ))}
      </ul>
      {found.data?.next && (
        <Text size="xs" c="dimmed">
          The newest {FIRST_ROWS}.
        </Text>
      )}
    </Section>
  );
}
