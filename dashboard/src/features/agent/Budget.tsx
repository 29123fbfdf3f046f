import { Button, Group, Progress, SimpleGrid, Text } from "@mantine/core";
import { IconCoin } from "@tabler/icons-react";
import { Section } from "@/ui/Section";
import { openBudget } from "./BudgetForm";
import { amountOf, nameOf, standingOf } from "./limits";
import type { BudgetUse } from "./queries";
import type { AgentActions } from "./useAgent";

/** Each limit, and how much of it is used. */
export function Budget({ uses, actions }: { uses: BudgetUse[]; actions: AgentActions | null }) {
  return (
    <Section
      title="Budget"
      aside={
        actions && (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconCoin size={14} aria-hidden />}
            onClick={() =>
              openBudget(
                uses.map(({ limit }) => limit),
                actions,
              )
            }
          >
            Change budget
          </Button>
        )
      }
    >
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="sm" verticalSpacing={6}>
        {uses.map((use) => (
          <Use key={nameOf(use.limit)} use={use} />
        ))}
      </SimpleGrid>
    </Section>
  );
}

function Use({ use }: { use: BudgetUse }) {
  const { limit, used } = use;
  const { percent, word, color } = standingOf(use);
  const name = nameOf(limit);
  return (
    <div data-limit={`${limit.scope} ${limit.unit} ${limit.window}`}>
      <Group justify="space-between" gap={4} wrap="nowrap">
        <Text size="sm" truncate>
          {name}
        </Text>
        <Text size="sm" fw={600} className="nowrap">
          {amountOf(limit.unit, used)} of {amountOf(limit.unit, limit.most)}
        </Text>
      </Group>
      <Progress value={percent} color={color} size="md" aria-label={`${name}: ${Math.round(percent)} % used`} />
      {word && <Text size="xs">{word}</Text>}
    </div>
  );
}
