import { Button, Group, Progress, Stack, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { type Bulk, bulk } from "@/api/bulk";
import { useMay } from "@/api/session";
import { TASKS } from "@/api/tasks";
import { useAct } from "@/ui/acting/useAct";
import { progressOf } from "./words";

/** How far an action is; it can be stopped. The server does it: it goes on when this is closed. */
export function Act({ began }: { began: Bulk }) {
  const client = useQueryClient();
  const may = useMay();
  const shown = useQuery({
    queryKey: ["bulk", began.id],
    queryFn: ({ signal }) => bulk.show(began.id, signal),
    initialData: began,
    refetchInterval: ({ state }) => (state.data?.state === "running" ? 500 : false),
  });
  const stop = useAct(bulk.stop, { touches: [["bulk", began.id]] });
  const now = shown.data;
  const over = now.state !== "running";
  useEffect(() => {
    if (over) void client.invalidateQueries({ queryKey: [TASKS] });
  }, [over, client]);
  const share = (100 * (now.done + now.skipped)) / Math.max(1, now.count);
  return (
    <Stack gap="xs" data-act={now.state}>
      <Progress
        value={now.state === "done" ? 100 : Math.min(99, now.phase === "doing" ? share : 0)}
        color={now.state === "stopped" ? "orange" : undefined}
        aria-label="Progress"
      />
      <Group justify="space-between" gap="xs">
        <Text size="sm" role="status" flex={1} style={{ overflowWrap: "anywhere" }}>
          {progressOf(now)}
          {!over && " It goes on if this is closed."}
        </Text>
        {!over && may.operate && (
          <Button size="compact-sm" variant="default" loading={stop.isPending} onClick={() => stop.mutate(now.id)}>
            Stop
          </Button>
        )}
      </Group>
    </Stack>
  );
}

/** The same in a dialog. */
export function ActInDialog({ began, close }: { began: Bulk; close: () => void }) {
  return (
    <Stack gap="sm">
      <Act began={began} />
      <Group justify="flex-end">
        <Button onClick={close}>Close</Button>
      </Group>
    </Stack>
  );
}
