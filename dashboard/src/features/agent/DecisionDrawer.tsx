import { Anchor, Button, Drawer, Group, Loader, Stack, Table, Text, Title } from "@mantine/core";
import { IconArrowBackUp } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { JsonTree } from "@/ui/JsonTree";
import { Status } from "@/ui/Status";
import { Wide } from "@/ui/tables/Wide";
import { Time } from "@/ui/time/Time";
import { Outcome } from "./Decisions";
import { undoOf } from "./limits";
import { type DecisionDetail, decisionQuery } from "./queries";
import { askUndo, titleOf } from "./undo";
import type { AgentActions } from "./useAgent";

interface Props {
  id: string | undefined;
  close: () => void;
  actions: AgentActions | null;
}

/** A decision: what was seen, what else could have been done, what was chosen and what came of it. */
export function DecisionDrawer({ id, close, actions }: Props) {
  return (
    <Drawer
      opened={id !== undefined}
      onClose={close}
      position="right"
      size="lg"
      title={<b>Decision</b>}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {id && <Detail id={id} actions={actions} />}
    </Drawer>
  );
}

function Detail({ id, actions }: { id: string; actions: AgentActions | null }) {
  const found = useQuery(decisionQuery(id));
  if (found.error) return <ErrorSentence error={found.error} again={() => found.refetch()} />;
  if (!found.data) return <Loader aria-label="Loading" />;
  const decision = found.data;
  return (
    <Stack gap="md">
      <Stack gap={4}>
        <Group gap="xs">
          <Title order={2} size="h3">
            {titleOf(decision)}
          </Title>
          <Outcome decision={decision} />
        </Group>
        <Text size="xs" c="dimmed">
          Round {decision.round}, <Time at={decision.created_at} show="both" />
        </Text>
        <Text size="sm">{decision.reason}</Text>
        {decision.undone_at ? (
          <Text size="sm">
            Undone by {decision.undone_by}, <Time at={decision.undone_at} />.
          </Text>
        ) : (
          actions &&
          undoOf(decision) && (
            <Group>
              <Button
                size="compact-sm"
                variant="default"
                leftSection={<IconArrowBackUp size={14} aria-hidden />}
                onClick={() => askUndo(decision, actions)}
              >
                Undo
              </Button>
            </Group>
          )
        )}
      </Stack>
      <Tasks decision={decision} />
      <Seen decision={decision} />
      <Options options={decision.options} />
      <Part title="What was chosen">
        <JsonTree of={decision.choice} label="Choice" />
      </Part>
    </Stack>
  );
}

function Part({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <Stack gap={4} component="section" aria-label={title}>
      <Title order={3} fz="sm">
        {title}
      </Title>
      {children}
    </Stack>
  );
}

function Tasks({ decision }: { decision: DecisionDetail }) {
  if (decision.tasks.length === 0) return null;
  return (
    <Part title="Its tasks">
      {decision.tasks.map((task) => (
        <Group key={task.id} gap="xs">
          {task.status ? <Status of={task.status} size="sm" /> : <Text size="sm">deleted</Text>}
          {task.status ? (
            <Anchor component={Link} size="sm" underline="always" to="/tasks/$id" params={{ id: task.id } as never}>
              {task.task_type} {task.id.slice(0, 8)}
            </Anchor>
          ) : (
            <Text size="sm">{task.task_type}</Text>
          )}
          <Text size="xs" c="dimmed">
            {task.cost ? `cost ${amounts(task.cost)}` : `estimated ${amounts(task.estimate)}`}
          </Text>
        </Group>
      ))}
    </Part>
  );
}

function amounts(counted: Record<string, number>): string {
  const parts = Object.entries(counted).filter(([, count]) => count > 0);
  if (parts.length === 0) return "nothing";
  return parts
    .map(([unit, count]) =>
      unit === "usd_micros" ? `$${(count / 1e6).toFixed(4)}` : `${count.toLocaleString("en")} ${unit}`,
    )
    .join(", ");
}

interface ScorePart {
  name: string;
  value: number;
  points: number;
}

/** The parts of a score as a table, where there are any; and all of it, as it is. */
function Seen({ decision }: { decision: DecisionDetail }) {
  const { why, parts, score } = decision.observation as { why?: unknown; parts?: ScorePart[]; score?: unknown };
  return (
    <Part title="What was seen">
      {typeof why === "string" && <Text size="sm">{why}</Text>}
      {Array.isArray(parts) && parts.every((part) => typeof part?.points === "number") && (
        <Table aria-label="Parts of the score" maw={420}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">Part</Table.Th>
              <Table.Th scope="col">0 to 1</Table.Th>
              <Table.Th scope="col">Points</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {parts.map((part) => (
              <Table.Tr key={part.name}>
                <Table.Td>{String(part.name).replaceAll("_", " ")}</Table.Td>
                <Table.Td>{Number(part.value).toFixed(2)}</Table.Td>
                <Table.Td>{part.points.toFixed(1)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      {typeof score === "number" && <Text size="sm">Score {score.toFixed(1)} of 100.</Text>}
      <JsonTree of={decision.observation} label="Observation" />
    </Part>
  );
}

function Options({ options }: { options: DecisionDetail["options"] }) {
  if (options.length === 0) return null;
  const columns = [...new Set(options.flatMap((option) => Object.keys(option)))].slice(0, 6);
  return (
    <Part title="What else could have been done">
      <Wide minWidth={300} label="Options, to scroll">
        <Table aria-label="Options">
          <Table.Thead>
            <Table.Tr>
              {columns.map((name) => (
                <Table.Th scope="col" key={name}>
                  {name.replaceAll("_", " ")}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {options.map((option) => (
              <Table.Tr key={JSON.stringify(option)}>
                {columns.map((name) => (
                  <Table.Td key={name}>{cellOf(option[name])}</Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Wide>
    </Part>
  );
}

function cellOf(value: unknown): string {
  if (value === null || value === undefined) return "–";
  if (typeof value === "number") return Number.isInteger(value) ? value.toLocaleString("en") : value.toFixed(1);
  if (typeof value === "boolean") return value ? "yes" : "no";
  return typeof value === "string" ? value : JSON.stringify(value);
}
