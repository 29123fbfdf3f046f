import { Anchor, Switch, Table, Text } from "@mantine/core";
import { IconArrowDownRight, IconArrowRight, IconArrowUpRight } from "@tabler/icons-react";
import { Wide } from "@/ui/tables/Wide";
import type { Ticker } from "./queries";
import type { Tickers } from "./useTickers";

interface Props {
  rows: Ticker[];
  /** null: who looks may not change it. */
  tickers: Tickers | null;
  open: (ticker: string) => void;
}

export function WatchlistTable({ rows, tickers, open }: Props) {
  return (
    <Wide minWidth={720} label="Watchlist, to scroll">
      <Table highlightOnHover aria-label="Watchlist">
        <Table.Thead>
          <Table.Tr>
            {["Ticker", "Tracked", "Watchers", "Mentions in a day", "Trend", "Mood", "Score", "Earnings"].map(
              (name) => (
                <Table.Th scope="col" key={name}>
                  {name}
                </Table.Th>
              ),
            )}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={row.ticker} data-ticker={row.ticker}>
              <Table.Td>
                <Anchor component="button" type="button" size="sm" fw={600} onClick={() => open(row.ticker)}>
                  {row.ticker}
                </Anchor>
                {row.name && (
                  <Text size="xs" c="dimmed" maw={200} truncate>
                    {row.name}
                  </Text>
                )}
              </Table.Td>
              <Table.Td>
                <Tracked row={row} tickers={tickers} />
              </Table.Td>
              <Table.Td>{row.watchers.toLocaleString("en")}</Table.Td>
              <Table.Td>{row.signals.mentions?.toLocaleString("en") ?? "–"}</Table.Td>
              <Table.Td>
                <Direction value={row.signals.trend} words={["falling", "as before", "rising"]} />
              </Table.Td>
              <Table.Td>
                <Direction value={row.signals.mood?.recent} words={["negative", "neutral", "positive"]} />
              </Table.Td>
              <Table.Td>{row.score === null ? "–" : row.score.toFixed(1)}</Table.Td>
              <Table.Td>{earnings(row)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Wide>
  );
}

function Tracked({ row, tickers }: { row: Ticker; tickers: Tickers | null }) {
  if (!tickers) return row.tracked ? "yes" : "no";
  return (
    <Switch
      size="sm"
      checked={row.tracked}
      aria-label={`Keep ${row.ticker} fresh`}
      disabled={tickers.change.isPending && tickers.change.variables.ticker === row.ticker}
      onChange={(event) =>
        tickers.change.mutate({ ticker: row.ticker, fields: { tracked: event.currentTarget.checked } })
      }
    />
  );
}

const FLAT = 0.1;

/** A value from -1 to 1, by arrow, word and number. */
export function Direction({
  value,
  words,
}: {
  value: number | null | undefined;
  words: [low: string, middle: string, high: string];
}) {
  if (value === null || value === undefined) return <span className="dim">–</span>;
  const at = value < -FLAT ? 0 : value > FLAT ? 2 : 1;
  const Icon = [IconArrowDownRight, IconArrowRight, IconArrowUpRight][at] ?? IconArrowRight;
  return (
    <span>
      <Icon size={14} aria-hidden /> {words[at]} {value > 0 ? "+" : ""}
      {value.toFixed(2)}
    </span>
  );
}

function earnings({ earnings_date, signals }: Ticker): string {
  if (!earnings_date) return "–";
  const days = signals.earnings_in_days;
  return days === null || days === undefined || days < 0 ? earnings_date : `${earnings_date} (in ${days} d)`;
}
