import { ActionIcon, Alert, Anchor, Group, Loader, Stack, Text } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { type Part, type PlanDetail, type Step, stepParts } from "@/api/plans";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { JsonTree } from "@/ui/JsonTree";
import { Section } from "@/ui/Section";
import { Status } from "@/ui/Status";
import { type Column, DataTable } from "@/ui/tables/DataTable";
import { MoreButton } from "@/ui/tables/MoreButton";
import { StepActs } from "./StepActs";
import { Why } from "./StepTable";
import { entriesInWords, shownStatus } from "./words";

interface Props {
  plan: PlanDetail;
  name: string;
  /** Undefined while the page of it is not loaded. */
  step?: Step;
  close: () => void;
}

/** The chosen step: its task or its entries, and what can be done about them. */
export function StepPanel({ plan, name, step, close }: Props) {
  const panel = useRef<HTMLDivElement>(null);
  const list = useInfiniteQuery(stepParts(plan.id, name));
  const isThere = !list.isPending;
  // On a phone it stands below the rest: its head goes to the top, as far as there is something below it to scroll to.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once more when its task is there, for by that it has grown
  useEffect(() => {
    const isBeside = matchMedia("(min-width: 62em)").matches;
    panel.current?.scrollIntoView({ block: isBeside ? "nearest" : "start" });
  }, [isThere]);
  const parts = list.data?.pages.flatMap((page) => page.parts) ?? [];
  const isMany = parts.length > 1 || (step?.parts ?? 1) > 1;
  return (
    <div ref={panel} className="step-panel" data-panel={name}>
      <Section
        title={`Step ${name}`}
        aside={
          <ActionIcon variant="subtle" color="gray" aria-label="Close the step" onClick={close}>
            <IconX size={16} aria-hidden />
          </ActionIcon>
        }
      >
        {step && <About step={step} />}
        {step && isMany && <StepActs which={{ plan: plan.id, step: name }} of={step} isMany />}
        {list.error && <ErrorSentence error={list.error} again={() => list.refetch()} />}
        {list.isPending && !list.error && <Loader aria-label="Loading" size="sm" />}
        {list.data && parts.length === 0 && (
          <Text size="sm" c="dimmed">
            It has no task yet.
          </Text>
        )}
        {isMany && parts.length > 0 ? (
          <Entries plan={plan.id} step={name} parts={parts} />
        ) : (
          parts.map((part) => <OnePart key={part.place} plan={plan.id} step={name} part={part} />)
        )}
        <MoreButton list={list} word="Show more entries" />
      </Section>
    </div>
  );
}

function About({ step }: { step: Step }) {
  const entries = entriesInWords(step);
  return (
    <Stack gap={4}>
      <Group gap="xs">
        <Status of={shownStatus(step)} />
        <Text size="sm">{step.task_type}</Text>
        {entries && (
          <Text size="sm" c="dimmed">
            {entries}
          </Text>
        )}
      </Group>
      {step.needs.length > 0 && (
        <Text size="sm" c="dimmed">
          After {step.needs.join(", ")}
        </Text>
      )}
      {step.status !== "failed" && (
        <Text size="sm">
          <Why step={step} />
        </Text>
      )}
    </Stack>
  );
}

/** A step that is one task. */
function OnePart({ plan, step, part }: { plan: string; step: string; part: Part }) {
  const { task_id, error, result, decided_by } = part;
  return (
    <Stack gap="xs">
      {task_id && <ToTask id={task_id} />}
      {error && (
        <Alert color="red" title={String(error.type ?? "Error")}>
          <Text size="sm" style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
            {String(error.message ?? "")}
          </Text>
        </Alert>
      )}
      {decided_by && <Text size="sm">Decided by {decided_by}</Text>}
      <StepActs which={{ plan, step }} of={part} />
      {result && <JsonTree of={result} label="Result" />}
    </Stack>
  );
}

function ToTask({ id }: { id: string }) {
  return (
    <Anchor component={Link} to="/tasks/$id" params={{ id } as never} size="sm">
      Task {id.slice(0, 8)}
    </Anchor>
  );
}

/** A step with a task for each entry of a list. */
function Entries({ plan, step, parts }: { plan: string; step: string; parts: Part[] }) {
  const columns: Column<Part>[] = [
    { head: "Entry", title: true, cell: ({ place, item }) => `${place}: ${itemInWords(item)}` },
    { head: "State", cell: (part) => <Status of={shownStatus(part)} size="sm" /> },
    { head: "Task", cell: ({ task_id }) => (task_id ? <ToTask id={task_id} /> : null) },
    { head: "Error", cell: ({ error }) => (error ? String(error.message ?? error.type ?? "") : null) },
    {
      head: "Acts",
      actions: true,
      cell: (part) => <StepActs which={{ plan, step, place: part.place }} of={part} isMenu />,
    },
  ];
  return <DataTable label={`Entries of ${step}`} columns={columns} rows={parts} keyOf={({ place }) => place} />;
}

const LONGEST_ITEM = 60;

function itemInWords(item: unknown): string {
  const text = typeof item === "string" ? item : JSON.stringify(item ?? null);
  return text.length > LONGEST_ITEM ? `${text.slice(0, LONGEST_ITEM)}…` : text;
}
