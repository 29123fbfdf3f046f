import { Alert, Anchor, Group, Loader, Progress, Stack, Text, Title } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type PlanDetail, planDetail, planSteps } from "@/api/plans";
import { CopyButton } from "@/ui/acting/CopyButton";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { Section } from "@/ui/Section";
import { Status } from "@/ui/Status";
import { MoreButton } from "@/ui/tables/MoreButton";
import { Time } from "@/ui/time/Time";
import { MOST_DRAWN } from "./layout";
import { PlanActs } from "./PlanActs";
import { oneRoute } from "./page";
import "./plan.css";
import { StepGraph } from "./StepGraph";
import { StepPanel } from "./StepPanel";
import { StepTable } from "./StepTable";
import { useLivePlan } from "./useLivePlan";
import { costInWords, stateInWords } from "./words";

/** One plan as it happens: what depends on what, where each step stands, and what can be done about it. */
export function PlanPage() {
  const { id } = oneRoute.useParams();
  const found = useQuery(planDetail(id));
  useLivePlan(id);
  if (found.error && !found.data) return <ErrorSentence error={found.error} again={() => found.refetch()} />;
  if (!found.data) return <Loader aria-label="Loading" />;
  return <Everything plan={found.data} />;
}

function Everything({ plan }: { plan: PlanDetail }) {
  const { step: chosen } = oneRoute.useSearch();
  const navigate = useNavigate();
  const hasMore = plan.steps > plan.first_steps.length;
  const all = useInfiniteQuery({ ...planSteps(plan.id), enabled: hasMore });
  const steps = hasMore ? (all.data?.pages.flatMap((page) => page.steps) ?? plan.first_steps) : plan.first_steps;
  const choose = (step: string | undefined) =>
    navigate({
      to: "/plans/$id",
      params: { id: plan.id },
      search: { step },
      replace: true,
      resetScroll: false,
    } as never);
  return (
    <Stack gap="md">
      <Head plan={plan} choose={choose} />
      <div className="plan" data-beside={chosen ? true : undefined}>
        <Stack gap="md" miw={0}>
          {plan.steps <= MOST_DRAWN && (
            <Section title="What depends on what">
              <StepGraph steps={steps} critical={plan.critical_path} chosen={chosen} choose={choose} />
            </Section>
          )}
          <Section title="Steps">
            <StepTable steps={steps} chosen={chosen} choose={choose} />
            {hasMore && <MoreButton list={all} word="Show more steps" />}
          </Section>
        </Stack>
        {chosen && (
          <StepPanel
            key={chosen}
            plan={plan}
            name={chosen}
            step={steps.find(({ id }) => id === chosen)}
            close={() => choose(undefined)}
          />
        )}
      </div>
    </Stack>
  );
}

function Head({ plan, choose }: { plan: PlanDetail; choose: (step: string) => void }) {
  return (
    <Stack gap={6}>
      <Group gap="sm">
        <Title order={1} style={{ overflowWrap: "anywhere" }}>
          {plan.name}
        </Title>
        <Status of={plan.status} size="lg" />
      </Group>
      <Group gap={4}>
        <Text className="mono" c="dimmed">
          {plan.id}
        </Text>
        <CopyButton text={plan.id} label="Copy the id" />
      </Group>
      <Text size="sm" role="status">
        {stateInWords(plan)}
      </Text>
      <Progress value={(100 * plan.done) / Math.max(1, plan.steps)} aria-label="Progress" maw={600} />
      <Text size="sm" c="dimmed">
        By {plan.created_by}, <Time at={plan.created_at} />. Cost: {costInWords(plan)}. <End plan={plan} />
      </Text>
      {plan.failure && <Failure failure={plan.failure} choose={choose} />}
      <PlanActs plan={plan} />
    </Stack>
  );
}

function End({ plan: { status, expected_end, completed_at, deadline } }: { plan: PlanDetail }) {
  if (status !== "running")
    return (
      <>
        Ended <Time at={completed_at} />.
      </>
    );
  return (
    <>
      {expected_end ? (
        <>
          Expected to end <Time at={expected_end} show="both" />.
        </>
      ) : (
        "When it will end is not known: a type of it has not run yet."
      )}
      {deadline && (
        <>
          {" "}
          It must end <Time at={deadline} show="both" />.
        </>
      )}
    </>
  );
}

interface FailureProps {
  failure: Record<string, unknown>;
  choose: (step: string) => void;
}

function Failure({ failure: { type, message, step }, choose }: FailureProps) {
  return (
    <Alert color="red" title={String(type ?? "Error")}>
      <Text size="sm" style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
        {String(message ?? "")}
      </Text>
      {typeof step === "string" && (
        <Anchor component="button" type="button" size="sm" onClick={() => choose(step)}>
          Show step {step}
        </Anchor>
      )}
    </Alert>
  );
}
