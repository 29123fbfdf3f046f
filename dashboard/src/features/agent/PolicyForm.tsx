import { Button, Group, MultiSelect, NumberInput, Select, SimpleGrid, Stack } from "@mantine/core";
import { modals } from "@mantine/modals";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError } from "@/api/problem";
import { taskTypes } from "@/api/tasks";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { errorAt } from "@/ui/forms/schema";
import type { Policy } from "./queries";
import type { AgentActions } from "./useAgent";

export function openPolicy(policy: Policy, actions: AgentActions): void {
  modals.open({ title: "Policy of the agent", size: "lg", children: <PolicyForm policy={policy} actions={actions} /> });
}

type NumberName = Exclude<keyof Policy, "sources_off" | "trending">;

const NUMBERS: [name: NumberName, label: string, unit: string][] = [
  ["interval_minutes", "From one round to the next", "minutes"],
  ["most_tasks_per_round", "Tasks in a round, at most", "tasks"],
  ["minimum_score", "Lowest score that is collected", "of 100"],
  ["sick_after_tickers", "A source is sick after so many tickers failed", "tickers"],
  ["probe_after_minutes", "First probe of a sick source after", "minutes"],
  ["longest_probe_minutes", "Longest time between probes", "minutes"],
  ["probes_before_escalation", "Failed probes before a person is told", "probes"],
  ["later_minutes", "A retry that comes later waits", "minutes"],
  ["given_up_minutes", "What was given up is tried again after", "minutes"],
];

const TRENDING = [
  { value: "off", label: "are not looked for" },
  { value: "tell", label: "are told" },
  { value: "track", label: "are told, and tracked from then on" },
];

function PolicyForm({ policy, actions }: { policy: Policy; actions: AgentActions }) {
  const [entered, setEntered] = useState<Policy>(policy);
  const types = useQuery(taskTypes).data ?? [];
  const sources = [...new Set(types.flatMap(({ source }) => (source ? [source] : [])))];
  const { error, isPending, mutate } = actions.policy;
  const mistakes = error instanceof ApiError ? error.errors : [];
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        mutate(entered, { onSuccess: () => modals.closeAll() });
      }}
    >
      <Stack gap="sm">
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
          {NUMBERS.map(([name, label, unit]) => (
            <NumberInput
              key={name}
              label={label}
              suffix={` ${unit}`}
              value={entered[name] ?? ""}
              min={0}
              clampBehavior="none"
              error={errorAt(mistakes, name)}
              onChange={(value) => setEntered({ ...entered, [name]: value === "" ? undefined : Number(value) })}
            />
          ))}
          <MultiSelect
            label="Sources that are left alone"
            data={sources}
            value={[...(entered.sources_off ?? [])]}
            error={errorAt(mistakes, "sources_off")}
            onChange={(sources_off) => setEntered({ ...entered, sources_off })}
          />
          <Select
            label="Symbols that trend and that nobody tracks"
            data={TRENDING}
            value={entered.trending ?? "tell"}
            allowDeselect={false}
            error={errorAt(mistakes, "trending")}
            onChange={(trending) => setEntered({ ...entered, trending: (trending ?? "tell") as Policy["trending"] })}
          />
        </SimpleGrid>
        {error && <ErrorSentence error={error} />}
        <Group justify="flex-end">
          <Button type="submit" loading={isPending}>
            Save policy
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
