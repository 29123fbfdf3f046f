import { Button, Group, Loader, Popover, Stack, Text, UnstyledButton, VisuallyHidden } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { memo, useState } from "react";
import { useMay } from "@/api/session";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { Time } from "@/ui/time/Time";
import { type Cell, LOOKS, stateOf } from "./cells";
import { explainQuery } from "./queries";
import { type Collecting, placeOf } from "./useCollect";

interface Props {
  ticker: string;
  source: string;
  cell: Cell | null;
  collecting: Collecting;
}

export const CellButton = memo(
  CellButtonOf,
  (one, other) =>
    one.cell === other.cell &&
    one.ticker === other.ticker &&
    one.collecting.knows(one.source) === other.collecting.knows(other.source) &&
    taskOf(one) === taskOf(other),
);

function taskOf({ ticker, source, collecting }: Props): string | undefined {
  return collecting.under.get(placeOf(ticker, source));
}

/** One source of one ticker: how fresh it is, and behind a click why, and what can be done about it. */
function CellButtonOf(props: Props) {
  const { ticker, source, cell } = props;
  const [opened, setOpened] = useState(false);
  const state = stateOf(cell);
  const { label, icon: Icon, color } = LOOKS[state];
  const task = taskOf(props);
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom" withArrow shadow="md" trapFocus withinPortal>
      <Popover.Target>
        <UnstyledButton
          className="cell"
          data-state={state}
          data-cell={placeOf(ticker, source)}
          data-collecting={task || undefined}
          style={{ background: `var(--mantine-color-${color}-light)` }}
          onClick={() => setOpened(!opened)}
        >
          {task ? <Loader size={14} aria-hidden /> : <Icon size={15} aria-hidden />}
          <VisuallyHidden>
            {ticker} {source}:
          </VisuallyHidden>
          <span className="cell-word">{task ? "Collecting" : label}</span>
          <span className="cell-time">{cell?.last_success_at && <Time at={cell.last_success_at} />}</span>
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown maw={360}>{opened && <Why {...props} close={() => setOpened(false)} />}</Popover.Dropdown>
    </Popover>
  );
}

function Why({ ticker, source, cell, collecting, close }: Props & { close: () => void }) {
  const may = useMay();
  const explained = useQuery(explainQuery(ticker));
  const agent = explained.data?.sources.find((each) => each.source === source);
  const { label, says } = LOOKS[stateOf(cell)];
  const task = collecting.under.get(placeOf(ticker, source));
  return (
    <Stack gap={6}>
      <Text size="sm" fw={600}>
        {ticker}, {source}: {label.toLowerCase()}
      </Text>
      <Text size="sm">{says}</Text>
      {cell && (
        <Text size="xs" c="dimmed">
          Last success <Time at={cell.last_success_at} />, last try <Time at={cell.last_attempt_at} />,{" "}
          {cell.record_count.toLocaleString("en")} rows.
        </Text>
      )}
      {cell?.last_error && (
        <Text size="xs" className="cell-error">
          {cell.last_error}
        </Text>
      )}
      {(cell?.refusing ?? []).map((each) => (
        <Text size="xs" className="cell-error" key={each.place}>
          {each.left_out ? "Covered without " : "Waits for "}
          <b>{each.place}</b>, which refuses since <Time at={each.since} />: {each.why}
        </Text>
      ))}
      {agent && (
        <Text size="xs">
          <b>The agent:</b> {agent.sentence}
        </Text>
      )}
      {explained.error && <ErrorSentence error={explained.error} />}
      <Group gap="xs">
        {may.operate && collecting.knows(source) && !task && (
          <Button
            size="compact-sm"
            data-autofocus
            leftSection={<IconRefresh size={14} aria-hidden />}
            onClick={() => {
              close();
              collecting.collect.mutate({ source, tickers: [ticker] });
            }}
          >
            Collect now
          </Button>
        )}
        {task && (
          <Button size="compact-sm" variant="default" component={Link} to={`/tasks/${task}`}>
            Open its task
          </Button>
        )}
        <Button
          size="compact-sm"
          variant="default"
          component={Link}
          to="/tickers"
          search={{ ticker } as never}
          data-autofocus={!may.operate || undefined}
        >
          About {ticker}
        </Button>
      </Group>
    </Stack>
  );
}
