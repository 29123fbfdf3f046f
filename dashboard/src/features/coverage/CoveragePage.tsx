import { Button, Group, Loader, Select, Stack, Table, Text, Title, Tooltip, UnstyledButton } from "@mantine/core";
import { modals } from "@mantine/modals";
import { IconRefresh, IconSearch } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { useMay } from "@/api/session";
import { isEnd, useRefresh } from "@/live/useRefresh";
import { Empty } from "@/ui/Empty";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { TextFilter } from "@/ui/forms/TextFilter";
import { CellButton } from "./CellButton";
import { LOOKS, narrowed, type Row, rowsOf, stateOf } from "./cells";
import { type CoverageSearch, route } from "./page";
import { COVERAGE, coverageQuery, trackedQuery } from "./queries";
import { CELL_STATES, type CellState } from "./states";
import { type Collecting, useCollect } from "./useCollect";
import "./coverage.css";
import { MoreButton } from "@/ui/tables/MoreButton";
import { Wide } from "@/ui/tables/Wide";

const REFRESH_MS = 5_000;
const USUAL_HOURS = 24;
/** More tasks than a person means by one click. */
const MOST_AT_ONCE = 100;

/** Which source of which ticker is how fresh. */
export function CoveragePage() {
  const search = route.useSearch();
  const { hours = USUAL_HOURS, ticker, state } = search;
  const navigate = useNavigate();
  const coverage = useInfiniteQuery(coverageQuery(hours));
  const tracked = useQuery(trackedQuery);
  const collecting = useCollect();
  useRefresh([COVERAGE], REFRESH_MS, isEnd);

  const go = (changes: CoverageSearch) =>
    navigate({ to: "/coverage", search: { ...search, ...changes } as never, replace: true });
  const all = useMemo(
    () => rowsOf(coverage.data?.pages ?? [], tracked.data ?? [], hours),
    [coverage.data, tracked.data, hours],
  );
  const rows = narrowed(all, ticker, state);
  const sources = coverage.data?.pages[0]?.sources ?? [];
  const isReady = coverage.data && !tracked.isPending;

  return (
    <Stack gap="xs">
      <Title order={1}>Coverage</Title>
      <Group gap="xs">
        <TextFilter
          label="Ticker begins with"
          data-search
          leftSection={<IconSearch size={14} aria-hidden />}
          value={ticker}
          onChange={(begins) => go({ ticker: begins })}
          w={190}
        />
        <Select
          aria-label="State"
          placeholder="Any state"
          data={CELL_STATES.map((each) => ({ value: each, label: LOOKS[each].label }))}
          value={state ?? null}
          onChange={(chosen) => go({ state: (chosen as CellState | null) ?? undefined })}
          clearable
          clearButtonProps={{ "aria-label": "Any state" }}
          size="xs"
          w={140}
        />
        <Select
          aria-label="Stale after"
          data={HOURS.map(([value, label]) => ({ value: String(value), label: `Stale after ${label}` }))}
          value={String(hours)}
          onChange={(chosen) => go({ hours: Number(chosen) === USUAL_HOURS ? undefined : Number(chosen) })}
          allowDeselect={false}
          size="xs"
          w={180}
        />
      </Group>
      {coverage.error && <ErrorSentence error={coverage.error} again={() => coverage.refetch()} />}
      {!isReady && !coverage.error && <Loader aria-label="Loading" />}
      {isReady && all.length === 0 && (
        <Empty title="Nothing has been collected, and no ticker is tracked">
          <Button component={Link} to="/tickers">
            Add tickers to the watchlist
          </Button>
        </Empty>
      )}
      {isReady && all.length > 0 && rows.length === 0 && (
        <Empty title="No ticker matches these filters">
          <Button variant="default" onClick={() => go({ ticker: undefined, state: undefined })}>
            Clear all filters
          </Button>
        </Empty>
      )}
      {rows.length > 0 && <Matrix rows={rows} sources={sources} collecting={collecting} />}
      <MoreButton list={coverage} word="Show more tickers" />
    </Stack>
  );
}

const HOURS: [hours: number, label: string][] = [
  [1, "an hour"],
  [6, "6 hours"],
  [24, "a day"],
  [72, "3 days"],
  [168, "a week"],
  [720, "30 days"],
];

function Matrix({ rows, sources, collecting }: { rows: Row[]; sources: string[]; collecting: Collecting }) {
  return (
    <Wide minWidth={120 + sources.length * 92} label="Coverage, to scroll">
      <Table className="matrix" stickyHeader aria-label="Coverage: tickers by source">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Ticker</Table.Th>
            {sources.map((source, place) => (
              <Table.Th scope="col" key={source}>
                <SourceHead source={source} rows={rows} place={place} collecting={collecting} />
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ ticker, cells }) => (
            <Table.Tr key={ticker}>
              <Table.Th scope="row">
                <Link to="/tickers" search={{ ticker } as never} className="matrix-ticker">
                  {ticker}
                </Link>
              </Table.Th>
              {cells.map((cell, place) => (
                <Table.Td key={sources[place]}>
                  <CellButton ticker={ticker} source={sources[place] ?? ""} cell={cell} collecting={collecting} />
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Wide>
  );
}

interface HeadProps {
  source: string;
  rows: Row[];
  place: number;
  collecting: Collecting;
}

/** The name of a source; for those who may, a click collects all of it that is not fresh. */
function SourceHead({ source, rows, place, collecting }: HeadProps) {
  const may = useMay();
  const due = rows.filter(({ cells }) => !["fresh", "empty"].includes(stateOf(cells[place] ?? null)));
  const tickers = due.map(({ ticker }) => ticker).slice(0, MOST_AT_ONCE);
  if (!may.operate || !collecting.knows(source) || tickers.length === 0) return source;
  const ask = () =>
    modals.openConfirmModal({
      title: `Collect ${source} for ${tickers.length} ${tickers.length === 1 ? "ticker" : "tickers"}?`,
      children: (
        <Text size="sm">
          One task for each of those on show that are not fresh: {tickers.slice(0, 20).join(", ")}
          {tickers.length > 20 ? ` and ${tickers.length - 20} more` : ""}.
        </Text>
      ),
      labels: { confirm: `Create ${tickers.length}`, cancel: "Leave it" },
      onConfirm: () => collecting.collect.mutate({ source, tickers }),
    });
  return (
    <Tooltip label={`Collect what is not fresh (${tickers.length})`}>
      <UnstyledButton className="matrix-source" onClick={ask} aria-label={`Collect ${source} where it is not fresh`}>
        {source} <IconRefresh size={12} aria-hidden />
      </UnstyledButton>
    </Tooltip>
  );
}
