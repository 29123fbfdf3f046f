import { Anchor, Button, Table } from "@mantine/core";
import { Wide } from "@/ui/tables/Wide";
import type { Trending } from "./queries";
import type { Tickers } from "./useTickers";
import { Direction } from "./WatchlistTable";

interface Props {
  rows: Trending[];
  tickers: Tickers | null;
  open: (ticker: string) => void;
}

export function TrendingTable({ rows, tickers, open }: Props) {
  return (
    <Wide minWidth={640} label="Trending, to scroll">
      <Table highlightOnHover aria-label="Trending">
        <Table.Thead>
          <Table.Tr>
            {["Symbol", "Momentum", "Posts", "Before", "Authors", "As $symbol", "Seen before"].map((name) => (
              <Table.Th scope="col" key={name}>
                {name}
              </Table.Th>
            ))}
            {tickers && <Table.Th scope="col">Track</Table.Th>}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={row.ticker}>
              <Table.Td>
                <Anchor component="button" type="button" size="sm" fw={600} onClick={() => open(row.ticker)}>
                  {row.ticker}
                </Anchor>
              </Table.Td>
              <Table.Td>
                <Direction value={row.momentum} words={["falling", "as before", "rising"]} />
              </Table.Td>
              <Table.Td>{row.posts.toLocaleString("en")}</Table.Td>
              <Table.Td>{row.posts_before.toLocaleString("en")}</Table.Td>
              <Table.Td>{row.authors.toLocaleString("en")}</Table.Td>
              <Table.Td>{row.cashtags.toLocaleString("en")}</Table.Td>
              <Table.Td>{row.known ? "yes" : "no"}</Table.Td>
              {tickers && (
                <Table.Td>
                  <Button
                    size="compact-xs"
                    variant="default"
                    aria-label={`Track ${row.ticker}`}
                    onClick={() => tickers.change.mutate({ ticker: row.ticker, fields: { tracked: true } })}
                  >
                    Track
                  </Button>
                </Table.Td>
              )}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Wide>
  );
}
