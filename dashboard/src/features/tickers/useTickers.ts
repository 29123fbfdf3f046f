import { useMutation, useQueryClient } from "@tanstack/react-query";
import { notifyOfSuccess } from "@/ui/acting/notify";
import { importLines, put, remove, TICKERS, type TickerFields } from "./queries";

/** What can be done to the watchlist. */
export function useTickers() {
  const client = useQueryClient();
  const anew = () => client.invalidateQueries({ queryKey: TICKERS });
  const change = useMutation({
    mutationFn: ({ ticker, fields }: { ticker: string; fields: Partial<TickerFields> }) => put(ticker, fields),
    onSuccess: ({ ticker, tracked }) => notifyOfSuccess(`${ticker} is ${tracked ? "kept fresh" : "not collected"}.`),
    onSettled: anew,
  });
  const drop = useMutation({
    mutationFn: remove,
    onSuccess: (_done, ticker) => notifyOfSuccess(`${ticker} is off the watchlist. What was collected stays.`),
    onSettled: anew,
  });
  const bring = useMutation({
    mutationFn: importLines,
    meta: { quiet: true },
    onSuccess: ({ added, changed, unchanged }) =>
      notifyOfSuccess(`${added} added, ${changed} changed, ${unchanged} were there as they are.`),
    onSettled: anew,
  });
  return { change, drop, bring };
}

export type Tickers = ReturnType<typeof useTickers>;
