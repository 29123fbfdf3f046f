import { Button, Group } from "@mantine/core";
import { IconBan, IconCopy, IconRefresh, IconTemplate } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { PLANS, type PlanDetail, planDocument, steerPlan } from "@/api/plans";
import { useMay } from "@/api/session";
import { askFirst, openForm } from "@/ui/acting/dialogs";
import { TemporalLink } from "@/ui/acting/TemporalLink";
import { useAct } from "@/ui/acting/useAct";
import { keepDraft } from "@/ui/forms/draft";
import { TemplateForm } from "@/ui/forms/TemplateForm";
import { bodyOf, candidates } from "./asTemplate";

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
      {may.operate && <Again plan={plan} />}
      <TemporalLink to={plan.temporal_url} />
    </Group>
  );
}

/** The same once more: as a new plan that is edited first, or as a template. */
function Again({ plan }: { plan: PlanDetail }) {
  const navigate = useNavigate();
  const client = useQueryClient();
  const read = () => client.fetchQuery(planDocument(plan.id));
  const duplicate = useAct(
    async () => {
      keepDraft("plan", { text: JSON.stringify(await read(), null, 2) });
      void navigate({ to: "/plans/new", search: { as: "text" } } as never);
    },
    { touches: [] },
  );
  const save = useAct(
    async () => {
      const params = candidates(await read());
      openForm("Save as template", (close) => (
        <TemplateForm
          params={params}
          says="With its steps and inputs, whatever became of it."
          body={(description, asked) => bodyOf(plan.id, description, asked)}
          close={close}
        />
      ));
    },
    { touches: [] },
  );
  return (
    <>
      <Button
        size="compact-md"
        variant="default"
        leftSection={<IconCopy size={16} aria-hidden />}
        loading={duplicate.isPending}
        onClick={() => duplicate.mutate(undefined)}
      >
        Duplicate
      </Button>
      <Button
        size="compact-md"
        variant="default"
        leftSection={<IconTemplate size={16} aria-hidden />}
        loading={save.isPending}
        onClick={() => save.mutate(undefined)}
      >
        Save as template
      </Button>
    </>
  );
}
