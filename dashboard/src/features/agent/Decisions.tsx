import { Anchor, Button, Group, Loader, Select, Stack, Text } from "@mantine/core";
import { IconArrowBackUp } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Empty } from "@/ui/Empty";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { TextFilter } from "@/ui/forms/TextFilter";
import { Status } from "@/ui/Status";
import { Time } from "@/ui/time/Time";
import { KINDS, OUTCOMES } from "./choices";
import { undoOf } from "./limits";
import type { AgentSearch } from "./page";
import { type Decision, decisionsQuery } from "./queries";
import { askUndo, titleOf } from "./undo";
import type { AgentActions } from "./useAgent";
import "./agent.css";
import { MoreButton } from "@/ui/tables/MoreButton";

interface Props {
  search: AgentSearch;
  go: (changes: AgentSearch) => void;
  actions: AgentActions | null;
}

/** What the agent decided, the newest first. */
export function Decisions({ search, go, actions }: Props) {
  const { ticker, kind, outcome } = search;
  const list = useInfiniteQuery(decisionsQuery({ ticker, kind, outcome }));
  const rows = list.data?.pages.flatMap((page) => page.decisions) ?? [];
  const isFiltered = Boolean(ticker || kind || outcome);
  return (
    <Stack gap="xs">
      <Group gap="xs">
        <TextFilter label="Ticker" data-search value={ticker} onChange={(found) => go({ ticker: found })} w={120} />
        <Select
          aria-label="Kind"
          placeholder="Any kind"
          data={[...KINDS]}
          value={kind ?? null}
          onChange={(chosen) => go({ kind: (chosen as AgentSearch["kind"]) ?? undefined })}
          clearable
          clearButtonProps={{ "aria-label": "Any kind" }}
          size="xs"
          w={130}
        />
        <Select
          aria-label="Outcome"
          placeholder="Any outcome"
          data={[...OUTCOMES]}
          value={outcome ?? null}
          onChange={(chosen) => go({ outcome: (chosen as AgentSearch["outcome"]) ?? undefined })}
          clearable
          clearButtonProps={{ "aria-label": "Any outcome" }}
          size="xs"
          w={140}
        />
      </Group>
      {list.error && <ErrorSentence error={list.error} again={() => list.refetch()} />}
      {list.isPending && !list.error && <Loader aria-label="Loading" />}
      {list.data && rows.length === 0 && (
        <Empty title={isFiltered ? "No decision matches these filters" : "The agent has decided nothing yet"}>
          {isFiltered ? (
            <Button variant="default" onClick={() => go({ ticker: undefined, kind: undefined, outcome: undefined })}>
              Clear all filters
            </Button>
          ) : (
            <Text size="sm">It needs tracked tickers, a worker for their sources, and to be switched on.</Text>
          )}
        </Empty>
      )}
      {rows.length > 0 && (
        <ul className="decisions" aria-label="Decisions" data-dimmed={list.isPlaceholderData || undefined}>
          {rows.map((decision) => (
            <Line key={decision.id} decision={decision} actions={actions} open={() => go({ decision: decision.id })} />
          ))}
        </ul>
      )}
      <MoreButton list={list} word="Show older ones" />
    </Stack>
  );
}

function Line({ decision, actions, open }: { decision: Decision; actions: AgentActions | null; open: () => void }) {
  return (
    <li className="decision" data-decision={decision.id}>
      <Group gap="xs" justify="space-between" wrap="nowrap" align="flex-start">
        <div className="decision-words">
          <Group gap={8}>
            <Anchor component="button" type="button" size="sm" fw={600} onClick={open}>
              {titleOf(decision)}
            </Anchor>
            <Outcome decision={decision} />
            <Text size="xs" c="dimmed">
              round {decision.round}, <Time at={decision.created_at} />
            </Text>
          </Group>
          <Text size="sm">{decision.reason}</Text>
          {decision.undone_at && (
            <Text size="xs" c="dimmed">
              Undone by {decision.undone_by}, <Time at={decision.undone_at} />
            </Text>
          )}
        </div>
        {actions && undoOf(decision) && (
          <Button
            size="compact-sm"
            variant="default"
            className="nowrap"
            leftSection={<IconArrowBackUp size={14} aria-hidden />}
            aria-label={`Undo ${titleOf(decision)}`}
            onClick={() => askUndo(decision, actions)}
          >
            Undo
          </Button>
        )}
      </Group>
    </li>
  );
}

export function Outcome({ decision }: { decision: Decision }) {
  const [task] = decision.tasks;
  return <Status of={task?.status && decision.outcome === "pending" ? task.status : decision.outcome} size="sm" />;
}
