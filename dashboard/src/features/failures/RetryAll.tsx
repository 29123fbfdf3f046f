import { Button, Group, Loader, Progress, Stack, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { type Bulk, bulk } from "@/api/bulk";
import type { components } from "@/api/schema";
import { TASKS } from "@/api/tasks";
import { useAct } from "@/ui/acting/useAct";
import { ErrorSentence } from "@/ui/ErrorSentence";

interface Props {
  group: components["schemas"]["FailureGroupView"];
  close: () => void;
}

/** Counts what would be retried, asks, has the server do it, and shows how far that is. */
export function RetryAll({ group, close }: Props) {
  const preview = useQuery({
    queryKey: ["bulk", "preview", group.cause],
    queryFn: () =>
      bulk.preview({
        action: "retry",
        filter: { cause: group.cause, created_after: group.created_after, task_type: group.task_type },
        add_tags: [],
        remove_tags: [],
      }),
    // A count is for one look: asked for anew each time the dialog opens.
    staleTime: 0,
    gcTime: 0,
  });
  const run = useAct(bulk.run, { touches: [], quiet: true });
  if (preview.error) return <ErrorSentence error={preview.error} again={() => preview.refetch()} />;
  if (!preview.data) return <Loader size="sm" aria-label="Counting" />;
  if (run.data) return <Going began={run.data} close={close} />;
  const many = manyOf(preview.data);
  return (
    <Stack gap="sm">
      <Text size="sm">
        {many} of {group.task_type} failed with {group.error_type} and would run again, each as a new round under its
        own id. Those that fail meanwhile are not in it.
      </Text>
      {run.error && <ErrorSentence error={run.error} />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={close}>
          Leave them
        </Button>
        <Button
          loading={run.isPending}
          disabled={preview.data.count === 0}
          onClick={() => run.mutate(preview.data.id)}
          data-autofocus
        >
          Retry {many}
        </Button>
      </Group>
    </Stack>
  );
}

function manyOf({ count, capped }: Bulk): string {
  return `${count.toLocaleString("en")}${capped ? "+" : ""} ${count === 1 ? "task" : "tasks"}`;
}

function Going({ began, close }: { began: Bulk; close: () => void }) {
  const client = useQueryClient();
  const shown = useQuery({
    queryKey: ["bulk", began.id],
    queryFn: ({ signal }) => bulk.show(began.id, signal),
    initialData: began,
    refetchInterval: ({ state }) => (state.data?.state === "running" ? 500 : false),
  });
  const { done, skipped, count, state } = shown.data;
  const over = state !== "running";
  useEffect(() => {
    if (over) void client.invalidateQueries({ queryKey: [TASKS] });
  }, [over, client]);
  return (
    <Stack gap="sm">
      <Progress value={over ? 100 : (100 * (done + skipped)) / Math.max(1, count)} aria-label="Progress" />
      <Text size="sm" role="status">
        {over ? "Done: " : ""}
        {done.toLocaleString("en")} retried
        {skipped ? `, ${skipped.toLocaleString("en")} left alone, because they are not failed any more` : ""}.
        {!over && " It goes on if this is closed."}
      </Text>
      <Group justify="flex-end">
        <Button onClick={close}>Close</Button>
      </Group>
    </Stack>
  );
}
