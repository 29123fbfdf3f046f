import { Button, Group, Loader, NumberInput, Progress, SimpleGrid, Stack, Table, Text } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { Empty } from "@/ui/Empty";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { Wide } from "@/ui/tables/Wide";
import { WEIGHTS, type Weights } from "./choices";
import type { AgentSearch } from "./page";
import { type Need, rankingQuery } from "./queries";

const TYPING_MS = 300;

interface Props {
  search: AgentSearch;
  go: (changes: AgentSearch) => void;
}

/** What would come first, also with other weights. Nothing is created, and nothing is changed. */
export function Ranking({ search, go }: Props) {
  const tried: Weights = Object.fromEntries(
    WEIGHTS.flatMap((name) => (search[name] === undefined ? [] : [[name, search[name]]])),
  );
  const ranking = useQuery(rankingQuery(tried));
  const none = Object.fromEntries(WEIGHTS.map((name) => [name, undefined])) as Weights;
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Text size="sm">
          Try other weights and see what would come first. Only their ratios count; nothing is created or changed.
        </Text>
        {Object.keys(tried).length > 0 && (
          <Button size="compact-sm" variant="subtle" onClick={() => go(none)}>
            Back to the weights in use
          </Button>
        )}
      </Group>
      {ranking.data && <WeightInputs weights={ranking.data.weights as Weights} go={go} />}
      {ranking.error && <ErrorSentence error={ranking.error} again={() => ranking.refetch()} />}
      {ranking.isPending && !ranking.error && <Loader aria-label="Loading" />}
      {ranking.data && ranking.data.ranking.length === 0 && (
        <Empty title="No ticker is tracked, so nothing needs to be collected">
          <Button component={Link} to="/tickers">
            Add tickers
          </Button>
        </Empty>
      )}
      {ranking.data && ranking.data.ranking.length > 0 && (
        <>
          <Needs needs={ranking.data.ranking} dimmed={ranking.isPlaceholderData} />
          <Text size="xs" c="dimmed">
            The first {ranking.data.ranking.length} of {ranking.data.candidates.toLocaleString("en")} pairs of ticker
            and source.
          </Text>
        </>
      )}
    </Stack>
  );
}

function WeightInputs({ weights, go }: { weights: Weights; go: (changes: AgentSearch) => void }) {
  const [entered, setEntered] = useState(weights);
  useEffect(() => setEntered(weights), [weights]);
  const tell = useDebouncedCallback((changed: Weights) => go(changed), TYPING_MS);
  return (
    <SimpleGrid cols={{ base: 2, sm: 4, lg: 7 }} spacing="xs">
      {WEIGHTS.map((name) => (
        <NumberInput
          key={name}
          label={name.replaceAll("_", " ")}
          size="xs"
          min={0}
          max={1_000}
          step={0.5}
          value={entered[name] ?? ""}
          onChange={(value) => {
            if (value === "" || Number(value) === weights[name]) return;
            setEntered({ ...entered, [name]: Number(value) });
            tell({ [name]: Number(value) });
          }}
        />
      ))}
    </SimpleGrid>
  );
}

function Needs({ needs, dimmed }: { needs: Need[]; dimmed: boolean }) {
  return (
    <Wide minWidth={640} label="Ranking, to scroll" dimmed={dimmed}>
      <Table aria-label="Ranking">
        <Table.Thead>
          <Table.Tr>
            {["Ticker", "Source", "Score", "Due", "Why"].map((name) => (
              <Table.Th scope="col" key={name}>
                {name}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {needs.map((need) => (
            <Table.Tr key={`${need.ticker} ${need.source}`}>
              <Table.Td fw={600}>{need.ticker}</Table.Td>
              <Table.Td>{need.source}</Table.Td>
              <Table.Td>
                <Group gap={6} wrap="nowrap">
                  <Progress
                    value={need.score}
                    w={60}
                    size="sm"
                    aria-label={`Score of ${need.ticker} ${need.source}: ${need.score.toFixed(1)}`}
                  />
                  {need.score.toFixed(1)}
                </Group>
              </Table.Td>
              <Table.Td>{need.in_hand ? "in hand" : need.due ? "due" : "not yet"}</Table.Td>
              <Table.Td>
                <Text size="xs">{need.why}</Text>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Wide>
  );
}
