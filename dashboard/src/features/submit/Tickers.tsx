import { Button, Group, TagsInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { answerOf, api } from "@/api/client";
import { useMay } from "@/api/session";
import { tickersIn } from "./tickers";

const MOST = 500;

interface Props {
  value: string[];
  onChange: (tickers: string[]) => void;
  error: string | undefined;
}

/** One ticker, or many: each becomes a task of its own. */
export function Tickers({ value, onChange, error }: Props) {
  const may = useMay();
  const load = useMutation({
    mutationFn: async () => {
      const query = { tracked: true, limit: MOST };
      const { tickers } = await answerOf(api.GET("/api/v1/tickers", { params: { query } }));
      return tickers.map(({ ticker }) => ticker);
    },
    onSuccess: onChange,
  });
  return (
    <Group align="flex-end" gap="xs" wrap="nowrap">
      <TagsInput
        label="Tickers"
        description="Paste a list for many tasks at once, one for each"
        required
        flex={1}
        value={value}
        error={error}
        splitChars={[",", ";", " ", "\n", "\t"]}
        acceptValueOnBlur
        onChange={(entered) => onChange(tickersIn(entered.join(" ")))}
      />
      {may.useShared && (
        <Button variant="default" loading={load.isPending} onClick={() => load.mutate()}>
          Watchlist
        </Button>
      )}
    </Group>
  );
}
