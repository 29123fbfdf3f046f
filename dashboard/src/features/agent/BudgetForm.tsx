import { ActionIcon, Autocomplete, Button, Group, NumberInput, Select, Stack, Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { taskTypes } from "@/api/tasks";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { enteredOf, mostOf, UNITS } from "./limits";
import type { Limit } from "./queries";
import type { AgentActions } from "./useAgent";

export function openBudget(limits: Limit[], actions: AgentActions): void {
  modals.open({ title: "Budget of the agent", size: "xl", children: <BudgetForm limits={limits} actions={actions} /> });
}

interface Line {
  key: number;
  limit: Limit;
}

const NEW: Limit = { scope: "all", unit: "tasks", most: 10, window: "day" };

/** The whole budget; a line that is taken away limits nothing any more. */
function BudgetForm({ limits, actions }: { limits: Limit[]; actions: AgentActions }) {
  const [lines, setLines] = useState<Line[]>(() => limits.map((limit, key) => ({ key, limit })));
  const next = useRef(limits.length);
  const { budget } = actions;
  const types = useQuery(taskTypes).data ?? [];
  const sources = types.flatMap(({ source }) => (source ? [source] : []));
  const scopes = [
    "all",
    "adviser",
    ...new Set(sources),
    ...types.filter(({ source }) => source).map(({ name }) => name),
  ];
  const change = (key: number, changes: Partial<Limit>) =>
    setLines(lines.map((line) => (line.key === key ? { key, limit: { ...line.limit, ...changes } } : line)));
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        budget.mutate(
          lines.map(({ limit }) => limit),
          { onSuccess: () => modals.closeAll() },
        );
      }}
    >
      <Stack gap="sm">
        <Text size="sm">
          At most so much in any hour or day. 0 is nothing at all. All tasks together must have a limit.
        </Text>
        {lines.map(({ key, limit }) => (
          <Group key={key} gap="xs" align="flex-end">
            <Autocomplete
              label="Of"
              data={[...new Set(scopes)]}
              value={limit.scope}
              onChange={(scope) => change(key, { scope })}
              w={170}
            />
            <NumberInput
              label="At most"
              value={enteredOf(limit)}
              min={0}
              decimalScale={limit.unit === "usd_micros" ? 6 : 0}
              prefix={limit.unit === "usd_micros" ? "$" : undefined}
              thousandSeparator=","
              onChange={(most) => change(key, { most: mostOf(limit.unit, Number(most) || 0) })}
              w={150}
            />
            <Select
              label="What"
              data={Object.entries(UNITS).map(([value, label]) => ({ value, label }))}
              value={limit.unit}
              onChange={(unit) =>
                unit &&
                change(key, { unit: unit as Limit["unit"], most: mostOf(unit as Limit["unit"], enteredOf(limit)) })
              }
              allowDeselect={false}
              w={120}
            />
            <Select
              label="In any"
              data={["hour", "day"]}
              value={limit.window}
              onChange={(window) => window && change(key, { window: window as Limit["window"] })}
              allowDeselect={false}
              w={100}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              size={36}
              aria-label={`Take away the limit of ${limit.scope}`}
              onClick={() => setLines(lines.filter((line) => line.key !== key))}
            >
              <IconTrash size={16} />
            </ActionIcon>
          </Group>
        ))}
        {budget.error && <ErrorSentence error={budget.error} />}
        <Group justify="space-between">
          <Button
            variant="default"
            leftSection={<IconPlus size={14} aria-hidden />}
            onClick={() => setLines([...lines, { key: next.current++, limit: NEW }])}
          >
            Add a limit
          </Button>
          <Button type="submit" loading={budget.isPending}>
            Save budget
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
