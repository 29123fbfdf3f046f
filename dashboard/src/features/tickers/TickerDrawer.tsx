import {
  Anchor,
  Badge,
  Button,
  Drawer,
  Group,
  List,
  Loader,
  NumberInput,
  Stack,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import { modals } from "@mantine/modals";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMay } from "@/api/session";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { Time } from "@/ui/time/Time";
import { type Explained, explainQuery, type Ticker, type TickerFields, watchlistQuery } from "./queries";
import type { Tickers } from "./useTickers";

interface Props {
  ticker: string | undefined;
  close: () => void;
  tickers: Tickers;
}

/** One ticker: what the agent thinks of it, source by source, and what people say of it. */
export function TickerDrawer({ ticker, close, tickers }: Props) {
  return (
    <Drawer
      opened={ticker !== undefined}
      onClose={close}
      position="right"
      size="md"
      title={<b>{ticker}</b>}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {ticker && <About ticker={ticker} close={close} tickers={tickers} />}
    </Drawer>
  );
}

function About({ ticker, close, tickers }: Required<Props> & { ticker: string }) {
  const may = useMay();
  const explained = useQuery(explainQuery(ticker));
  const list = useInfiniteQuery(watchlistQuery(undefined));
  const row = list.data?.pages.flatMap((page) => page.tickers).find((each) => each.ticker === ticker);
  return (
    <Stack gap="md">
      <Group gap="xs">
        <Button size="compact-sm" variant="default" component={Link} to="/records" search={{ ticker } as never}>
          Its records
        </Button>
        <Button size="compact-sm" variant="default" component={Link} to="/tasks" search={{ ticker } as never}>
          Its tasks
        </Button>
        <Button size="compact-sm" variant="default" component={Link} to="/coverage" search={{ ticker } as never}>
          Its coverage
        </Button>
      </Group>
      {explained.isPending && <Loader aria-label="Loading" />}
      {explained.error && <ErrorSentence error={explained.error} again={() => explained.refetch()} />}
      {explained.data && <Thoughts explained={explained.data} />}
      {may.operate && row && <Fields key={row.changed_at} row={row} tickers={tickers} close={close} />}
      {may.operate && list.data && !row && (
        <Button onClick={() => tickers.change.mutate({ ticker, fields: { tracked: true } })}>Track {ticker}</Button>
      )}
    </Stack>
  );
}

function Thoughts({ explained }: { explained: Explained }) {
  return (
    <Stack gap={6} component="section" aria-label="What the agent thinks">
      <Title order={2} size="h3">
        What the agent thinks
      </Title>
      <Text size="sm">{explained.agent}</Text>
      {explained.sources.map(({ source, would, sentence }) => (
        <div key={source}>
          <Group gap={6}>
            <Text size="sm" fw={600}>
              {source}
            </Text>
            <Badge variant="default" size="sm" tt="none">
              {would.replaceAll("_", " ")}
            </Badge>
          </Group>
          <Text size="sm">{sentence}</Text>
        </div>
      ))}
      {explained.decisions.length > 0 && (
        <>
          <Title order={3} fz="sm">
            Its latest decisions
          </Title>
          <List size="sm" spacing={4}>
            {explained.decisions.slice(0, 5).map((decision) => (
              <List.Item key={decision.id}>
                <Anchor
                  component={Link}
                  size="sm"
                  underline="always"
                  to="/agent"
                  search={{ decision: decision.id } as never}
                >
                  {decision.kind} {decision.source}
                </Anchor>
                , <Time at={decision.created_at} />: {decision.reason}
              </List.Item>
            ))}
          </List>
        </>
      )}
    </Stack>
  );
}

/** What people say of a ticker; saved together. */
function Fields({ row, tickers, close }: { row: Ticker; tickers: Tickers; close: () => void }) {
  const askRemoval = () =>
    modals.openConfirmModal({
      title: `Take ${row.ticker} off the watchlist?`,
      children: <Text size="sm">The agent leaves it alone from then on. What was collected stays.</Text>,
      labels: { confirm: "Take it off", cancel: "Leave it" },
      confirmProps: { color: "red" },
      onConfirm: () => tickers.drop.mutate(row.ticker, { onSuccess: close }),
    });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        tickers.change.mutate({ ticker: row.ticker, fields: fieldsOf(new FormData(event.currentTarget)) });
      }}
    >
      <Stack gap="xs">
        <Title order={2} size="h3">
          What you say of it
        </Title>
        <TextInput name="name" label="Name" defaultValue={row.name ?? ""} maxLength={200} />
        <NumberInput name="watchers" label="How many people watch it" defaultValue={row.watchers} min={0} />
        <TextInput name="earnings_date" type="date" label="Next earnings" defaultValue={row.earnings_date ?? ""} />
        <NumberInput name="score" label="A score of yours, 0 to 100" defaultValue={row.score ?? ""} min={0} max={100} />
        <Group justify="space-between">
          <Button variant="subtle" color="red" onClick={askRemoval}>
            Take it off the watchlist
          </Button>
          <Button type="submit" loading={tickers.change.isPending}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function fieldsOf(entered: FormData): Partial<TickerFields> {
  const text = (name: string) => String(entered.get(name) ?? "").trim();
  const number = (name: string) => (text(name) ? Number(text(name)) : null);
  return {
    name: text("name") || null,
    watchers: number("watchers") ?? 0,
    earnings_date: text("earnings_date") || null,
    score: number("score"),
  };
}
