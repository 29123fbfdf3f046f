import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { bulk } from "@/api/bulk";
import { Empty } from "@/ui/Empty";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { Time } from "@/ui/time/Time";
import { outcomeOf, tasksOf, verbsOf } from "./bulk";

/** What was done to many tasks at once, by whom; and what still is, which can be stopped here. */
export default function RecentBulks({ close }: { close: () => void }) {
  const list = useQuery({
    queryKey: ["bulks"],
    queryFn: ({ signal }) => bulk.list(signal),
    staleTime: 0,
    refetchInterval: ({ state }) => (state.data?.some(({ state }) => state === "running") ? 1_000 : false),
  });
  const stop = useMutation({ mutationFn: bulk.stop, onSettled: () => list.refetch() });
  return (
    <Modal opened onClose={close} title="Done to many at once" size="lg">
      {list.error && <ErrorSentence error={list.error} again={() => list.refetch()} />}
      {list.data?.length === 0 && <Empty title="Nothing yet" />}
      <Stack gap="xs">
        {list.data?.map((bulk) => (
          <Group key={bulk.id} justify="space-between" wrap="nowrap">
            <div>
              <Text size="sm">
                {bulk.state === "running"
                  ? `${verbsOf(bulk.action).doing}: ${bulk.done.toLocaleString("en")} of ${tasksOf(bulk)}`
                  : outcomeOf(bulk)}
              </Text>
              {bulk.state !== "done" && bulk.reason && <Text size="xs">{bulk.reason}</Text>}
              <Text size="xs" c="dimmed">
                {bulk.actor}, <Time at={bulk.started_at} />
              </Text>
            </div>
            {bulk.state === "running" && (
              <Button size="compact-sm" color="red" loading={stop.isPending} onClick={() => stop.mutate(bulk.id)}>
                Stop
              </Button>
            )}
          </Group>
        ))}
      </Stack>
    </Modal>
  );
}
