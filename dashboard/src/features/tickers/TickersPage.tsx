import { Button, Group, Loader, SegmentedControl, Stack, Text, Title } from "@mantine/core";
import { IconClipboardPlus } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useMay } from "@/api/session";
import { Empty } from "@/ui/Empty";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { MoreButton } from "@/ui/tables/MoreButton";
import { ImportDialog } from "./ImportDialog";
import { route, type TickersSearch } from "./page";
import { trendingQuery, watchlistQuery } from "./queries";
import { TickerDrawer } from "./TickerDrawer";
import { TrendingTable } from "./TrendingTable";
import { type Tickers, useTickers } from "./useTickers";
import { WatchlistTable } from "./WatchlistTable";

const SHOWN = { tracked: true, untracked: false } as const;

/** The watchlist, what is rising beside it, and what the agent thinks of each ticker. */
export function TickersPage() {
  const search = route.useSearch();
  const navigate = useNavigate();
  const may = useMay();
  const tickers = useTickers();
  const [importing, setImporting] = useState(false);
  const go = (changes: TickersSearch) =>
    navigate({ to: "/tickers", search: { ...search, ...changes } as never, replace: true });
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Title order={1}>Tickers</Title>
        {may.operate && (
          <Button
            size="compact-md"
            leftSection={<IconClipboardPlus size={16} aria-hidden />}
            onClick={() => setImporting(true)}
          >
            Add tickers
          </Button>
        )}
      </Group>
      <SegmentedControl
        aria-label="Show"
        size="xs"
        maw={460}
        data={[
          { value: "all", label: "Watchlist" },
          { value: "tracked", label: "Tracked" },
          { value: "untracked", label: "Not tracked" },
          { value: "trending", label: "Trending" },
        ]}
        value={search.show ?? "all"}
        onChange={(show) => go({ show: show === "all" ? undefined : (show as TickersSearch["show"]) })}
      />
      {search.show === "trending" ? (
        <TrendingList tickers={tickers} open={(ticker) => go({ ticker })} />
      ) : (
        <Watchlist
          show={search.show}
          tickers={tickers}
          open={(ticker) => go({ ticker })}
          add={() => setImporting(true)}
        />
      )}
      <ImportDialog opened={importing} close={() => setImporting(false)} tickers={tickers} />
      <TickerDrawer ticker={search.ticker} close={() => go({ ticker: undefined })} tickers={tickers} />
    </Stack>
  );
}

interface WatchlistProps {
  show: "tracked" | "untracked" | undefined;
  tickers: Tickers;
  open: (ticker: string) => void;
  add: () => void;
}

function Watchlist({ show, tickers, open, add }: WatchlistProps) {
  const may = useMay();
  const list = useInfiniteQuery(watchlistQuery(show && SHOWN[show]));
  if (list.error) return <ErrorSentence error={list.error} again={() => list.refetch()} />;
  if (list.isPending) return <Loader aria-label="Loading" />;
  const rows = list.data.pages.flatMap((page) => page.tickers);
  const total = list.data.pages[0]?.total ?? 0;
  if (rows.length === 0)
    return (
      <Empty title={total ? "No ticker of the watchlist is like that" : "The watchlist is empty"}>
        {total === 0 && <Text size="sm">What is tracked here is kept fresh by the agent.</Text>}
        {may.operate && total === 0 && <Button onClick={add}>Add tickers</Button>}
      </Empty>
    );
  return (
    <>
      <WatchlistTable rows={rows} tickers={may.operate ? tickers : null} open={open} />
      <MoreButton list={list} word="Show more" />
    </>
  );
}

function TrendingList({ tickers, open }: { tickers: Tickers; open: (ticker: string) => void }) {
  const may = useMay();
  const found = useQuery(trendingQuery);
  if (found.error) return <ErrorSentence error={found.error} again={() => found.refetch()} />;
  if (found.isPending) return <Loader aria-label="Loading" />;
  const { tickers: rows, hours, posts, posts_before } = found.data;
  const looked = `${posts.toLocaleString("en")} posts of the last ${hours} hours were looked at, against ${posts_before.toLocaleString("en")} before them.`;
  if (rows.length === 0)
    return (
      <Empty title="No untracked symbol rises in the collected posts">
        <Text size="sm">{looked}</Text>
      </Empty>
    );
  return (
    <>
      <Text size="sm" c="dimmed">
        Symbols that are not tracked and rise in collected posts. {looked}
      </Text>
      <TrendingTable rows={rows} tickers={may.operate ? tickers : null} open={open} />
    </>
  );
}
