import { Anchor, Button, Group, Loader, Progress, Select, Stack, Text, Title } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { PLANS, type Plan, planList } from "@/api/plans";
import { useMay } from "@/api/session";
import { useWorkspace } from "@/app/root";
import { useRefresh } from "@/live/useRefresh";
import { Empty } from "@/ui/Empty";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { Status } from "@/ui/Status";
import { lookOf } from "@/ui/statuses";
import { type Column, DataTable } from "@/ui/tables/DataTable";
import { MoreButton } from "@/ui/tables/MoreButton";
import { Time } from "@/ui/time/Time";
import { route } from "./page";
import { type PlanFilters, STATUSES } from "./search";

const COLUMNS: Column<Plan>[] = [
  {
    head: "Plan",
    title: true,
    cell: ({ id, name }) => (
      <Anchor component={Link} to="/plans/$id" params={{ id } as never} size="sm">
        {name}
      </Anchor>
    ),
  },
  { head: "Status", cell: ({ status }) => <Status of={status} /> },
  { head: "Steps", cell: (plan) => <Done plan={plan} /> },
  { head: "By", cell: ({ created_by }) => created_by },
  { head: "Created", cell: ({ created_at }) => <Time at={created_at} /> },
  { head: "Ended", cell: ({ completed_at }) => <Time at={completed_at} /> },
];

/** All plans, the newest first. */
export function PlansPage() {
  const { status } = route.useSearch();
  const navigate = useNavigate();
  const may = useMay();
  const list = useInfiniteQuery(planList(status, useWorkspace()));
  useRefresh([[PLANS, "list"]], 1_000, ({ plan_id }) => plan_id !== null);
  const plans = list.data?.pages.flatMap((page) => page.plans) ?? [];
  const narrow = (filters: PlanFilters) => navigate({ to: "/plans", search: filters as never, replace: true });
  return (
    <Stack gap="sm">
      <Group justify="space-between" wrap="nowrap">
        <Title order={1}>Plans</Title>
        {may.operate && (
          <Button component={Link} to="/plans/new" leftSection={<IconPlus size={16} aria-hidden />} size="compact-md">
            New plan
          </Button>
        )}
      </Group>
      <Select
        aria-label="Status"
        placeholder="Any status"
        data={STATUSES.map((value) => ({ value, label: lookOf(value).label }))}
        value={status ?? null}
        onChange={(chosen) => narrow({ status: (chosen as PlanFilters["status"]) ?? undefined })}
        clearable
        size="xs"
        w={160}
      />
      {list.error && <ErrorSentence error={list.error} again={() => list.refetch()} />}
      {list.isPending && !list.error && <Loader aria-label="Loading" />}
      {list.data && plans.length === 0 && <Nothing status={status} clear={() => narrow({})} mayAdd={may.operate} />}
      {plans.length > 0 && (
        <DataTable
          label="Plans"
          columns={COLUMNS}
          rows={plans}
          keyOf={({ id }) => id}
          dimmed={list.isPlaceholderData}
        />
      )}
      <MoreButton list={list} word="Show older ones" />
    </Stack>
  );
}

function Done({ plan: { done, steps, name, active } }: { plan: Plan }) {
  return (
    <Group gap={8} wrap="nowrap" w="100%" miw={150}>
      <Progress value={(100 * done) / Math.max(1, steps)} aria-label={`Progress of ${name}`} flex={1} miw={60} />
      <Text size="xs" style={{ whiteSpace: "nowrap" }} title={active ? `${active} under way` : undefined}>
        {done.toLocaleString("en")} of {steps.toLocaleString("en")}
      </Text>
    </Group>
  );
}

function Nothing({ status, clear, mayAdd }: { status?: string; clear: () => void; mayAdd: boolean }) {
  if (status)
    return (
      <Empty title={`No plan is ${lookOf(status).label.toLowerCase()}`}>
        <Button variant="default" onClick={clear}>
          Show all plans
        </Button>
      </Empty>
    );
  return (
    <Empty title="There is no plan yet">
      <Text size="sm" c="dimmed">
        A plan is several tasks in their order: this, then that, and show me before you go on.
      </Text>
      {mayAdd && (
        <Button component={Link} to="/plans/new">
          Make one
        </Button>
      )}
    </Empty>
  );
}
