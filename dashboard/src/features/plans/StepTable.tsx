import { Anchor, Text } from "@mantine/core";
import type { Step } from "@/api/plans";
import { Status } from "@/ui/Status";
import { type Column, DataTable } from "@/ui/tables/DataTable";
import { entriesInWords, shownStatus } from "./words";

interface Props {
  steps: Step[];
  chosen?: string;
  choose: (step: string) => void;
}

export function StepTable({ steps, chosen, choose }: Props) {
  const columns: Column<Step>[] = [
    {
      head: "Step",
      title: true,
      cell: ({ id }) => (
        <Anchor
          component="button"
          type="button"
          size="sm"
          fw={id === chosen ? 700 : undefined}
          aria-current={id === chosen || undefined}
          onClick={() => choose(id)}
        >
          {id}
        </Anchor>
      ),
    },
    { head: "Type", cell: ({ task_type }) => task_type },
    { head: "State", cell: (step) => <Status of={shownStatus(step)} /> },
    { head: "Entries", cell: (step) => entriesInWords(step) || null },
    { head: "Why", cell: (step) => <Why step={step} /> },
  ];
  return <DataTable label="Steps" columns={columns} rows={steps} keyOf={({ id }) => id} />;
}

/** What it waits for, or what went wrong. */
export function Why({ step }: { step: Step }) {
  const { waits_for = [], error, status, compensates, opens_session, waiting_because } = step;
  if (error && (status === "failed" || status === "running")) return <>{String(error.message ?? error.type ?? "")}</>;
  if (waits_for.length > 0) return <>waits for {waits_for.join(", ")}</>;
  if (waiting_because) return <>{waiting_because}</>;
  if (status === "pending") return <>waits for room</>;
  if (compensates || opens_session)
    return (
      <Text span size="sm" c="dimmed">
        {opens_session ? "a session that steps run in" : "only if another fails"}
      </Text>
    );
  return null;
}
