import { Button, Group } from "@mantine/core";
import { IconBan, IconExternalLink, IconRefresh } from "@tabler/icons-react";
import { PLANS, type PlanDetail, steerPlan } from "@/api/plans";
import { useMay } from "@/api/session";
import { askFirst } from "@/ui/acting/dialogs";
import { useAct } from "@/ui/acting/useAct";

/** What can be done with the whole plan now, by who is signed in. */
export function PlanActs({ plan }: { plan: PlanDetail }) {
  const may = useMay();
  const touches = [[PLANS, "one", plan.id]];
  const retry = useAct(() => steerPlan.retry(plan.id), { touches });
  const cancel = useAct(() => steerPlan.cancel(plan.id), { touches });
  const { failed = 0, cancelled = 0 } = plan.counts;
  const ask = () =>
    askFirst({
      title: `Cancel ${plan.name}?`,
      says: "It begins nothing more, and what runs is told to end. What has succeeded keeps its results.",
      word: "Cancel the plan",
      onYes: () => cancel.mutate(undefined),
    });
  return (
    <Group gap="xs">
      {may.operate && failed + cancelled > 0 && (
        <Button
          size="compact-md"
          leftSection={<IconRefresh size={16} aria-hidden />}
          loading={retry.isPending}
          onClick={() => retry.mutate(undefined)}
        >
          {failed ? "Retry from failure" : "Do what was cancelled"}
        </Button>
      )}
      {may.operate && plan.status === "running" && (
        <Button
          size="compact-md"
          variant="default"
          leftSection={<IconBan size={16} aria-hidden />}
          loading={cancel.isPending}
          onClick={ask}
        >
          Cancel
        </Button>
      )}
      <Button
        component="a"
        href={plan.temporal_url}
        target="_blank"
        rel="noopener noreferrer"
        size="compact-md"
        variant="subtle"
        rightSection={<IconExternalLink size={14} aria-hidden />}
      >
        Temporal
      </Button>
    </Group>
  );
}
