import { Button, Group, Loader, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { bulk } from "@/api/bulk";
import { useAct } from "@/ui/acting/useAct";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { ActInDialog } from "./Act";
import type { Failures } from "./queries";
import { manyTasks } from "./words";

/** Counts what would be retried, asks, has the server do it, and shows how far that is. */
export function RetryAll({ group, close }: { group: Failures; close: () => void }) {
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
  const run = useAct(bulk.run, { touches: [["bulks"]], quiet: true });
  if (preview.error) return <ErrorSentence error={preview.error} again={() => preview.refetch()} />;
  if (!preview.data) return <Loader size="sm" aria-label="Counting" />;
  if (run.data) return <ActInDialog began={run.data} close={close} />;
  const many = manyTasks(preview.data.count, preview.data.capped);
  return (
    <Stack gap="sm">
      <Text size="sm">
        {many} of {group.task_type} failed with {group.error_type} and would run again at once, each as a new round
        under its own id. Those that fail meanwhile are not in it.
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
