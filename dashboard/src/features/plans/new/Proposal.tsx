import { Alert, Button, Group, List, Text } from "@mantine/core";
import { IconAlertTriangle, IconPencil, IconPlayerPlay } from "@tabler/icons-react";
import type { ProposedPlan } from "@/api/plans";
import { Section } from "@/ui/Section";
import { type Column, DataTable } from "@/ui/tables/DataTable";
import { span } from "@/ui/time/moments";
import { count, dollars } from "../words";

type StepEstimate = ProposedPlan["steps"][number];
type Estimate = ProposedPlan["estimate"];

const UNKNOWN = "not known yet";

const COLUMNS: Column<StepEstimate>[] = [
  { head: "Step", title: true, cell: ({ step }) => step },
  { head: "Type", cell: ({ task_type }) => task_type },
  { head: "Tasks", right: true, cell: ({ tasks }) => (tasks === null ? "by an earlier result" : count(tasks)) },
  { head: "Time", right: true, cell: ({ seconds }) => (seconds === null ? UNKNOWN : span(seconds * 1_000)) },
  { head: "Calls", right: true, cell: ({ calls }) => (calls === null ? UNKNOWN : count(calls)) },
  { head: "Tokens", right: true, cell: ({ tokens }) => (tokens === null ? UNKNOWN : count(tokens)) },
  { head: "Money", right: true, cell: ({ usd }) => (usd === null ? UNKNOWN : dollars(usd)) },
  { head: "Workers", right: true, cell: ({ workers }) => (workers === 0 ? "nobody now" : count(workers)) },
  { head: "Asks first", cell: ({ approval }) => (approval ? "a person has to agree" : null) },
];

interface Props {
  of: ProposedPlan;
  /** Some of its steps are left out. */
  isPart: boolean;
  isSending: boolean;
  leaveOut: (step: string) => void;
  takeAll: () => void;
  approve: () => void;
  edit: () => void;
}

/** What would run, what that usually takes, and what stands in its way. */
export function Proposal({ of, isPart, isSending, leaveOut, takeAll, approve, edit }: Props) {
  const { obstacles = [], notes = [] } = of;
  const acts: Column<StepEstimate> = {
    head: "Acts",
    actions: true,
    cell: ({ step }) => (
      <Button
        size="compact-xs"
        variant="default"
        disabled={isSending}
        aria-label={`Leave out ${step}`}
        onClick={() => leaveOut(step)}
      >
        Leave out
      </Button>
    ),
  };
  const columns = of.steps.length > 1 ? [...COLUMNS, acts] : COLUMNS;
  return (
    <Section title="The plan that is proposed">
      <Text size="sm">
        By {of.by}. All together: {inWords(of.estimate)}.
      </Text>
      {obstacles.length > 0 && (
        <Alert color="yellow" icon={<IconAlertTriangle aria-hidden />} title="What stands in its way now">
          <Lines of={obstacles} />
        </Alert>
      )}
      {notes.length > 0 && (
        <Alert color="claw" title="What it does not do">
          <Lines of={notes} />
        </Alert>
      )}
      <DataTable label="Steps that are proposed" columns={columns} rows={of.steps} keyOf={({ step }) => step} />
      <Group>
        <Button leftSection={<IconPlayerPlay size={16} aria-hidden />} loading={isSending} onClick={approve}>
          {isPart ? "Approve this part and run it" : "Approve all and run it"}
        </Button>
        {isPart && (
          <Button variant="default" onClick={takeAll}>
            Take all steps again
          </Button>
        )}
        <Button variant="default" leftSection={<IconPencil size={16} aria-hidden />} onClick={edit}>
          Edit it as text
        </Button>
      </Group>
    </Section>
  );
}

function Lines({ of }: { of: string[] }) {
  return (
    <List size="sm">
      {of.map((line) => (
        <List.Item key={line}>{line}</List.Item>
      ))}
    </List>
  );
}

function inWords({ tasks, calls, tokens, usd, seconds }: Estimate): string {
  return [
    tasks === null ? "tasks by an earlier result" : `${count(tasks)} ${tasks === 1 ? "task" : "tasks"}`,
    `time ${seconds === null ? UNKNOWN : span(seconds * 1_000)}`,
    `calls ${calls === null ? UNKNOWN : count(calls)}`,
    `tokens ${tokens === null ? UNKNOWN : count(tokens)}`,
    `money ${usd === null ? UNKNOWN : dollars(usd)}`,
  ].join(", ");
}
