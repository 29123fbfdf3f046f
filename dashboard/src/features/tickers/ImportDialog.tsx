import { Button, Group, List, Modal, Stack, Text, Textarea } from "@mantine/core";
import { ApiError } from "@/api/problem";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { useDraft } from "@/ui/forms/draft";
import { csvOf } from "./pasted";
import type { Tickers } from "./useTickers";

const MOST_MISTAKES = 10;

interface Props {
  opened: boolean;
  close: () => void;
  tickers: Tickers;
}

/** Paste a list, or a table with a heading. All of it is taken, or none. */
export function ImportDialog({ opened, close, tickers }: Props) {
  const [draft, keep, clear] = useDraft("tickers", { pasted: "" });
  const { csv, count } = csvOf(draft.pasted);
  const { bring } = tickers;
  return (
    <Modal opened={opened} onClose={close} title="Add tickers" size="lg">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          bring.mutate(csv, {
            onSuccess: () => {
              clear();
              close();
            },
          });
        }}
      >
        <Stack gap="sm">
          <Textarea
            label="Tickers"
            description="Paste a list, like NVDA, AAPL. Or a table whose first line names its columns: ticker, and any of name, tracked, watchers, earnings_date, score."
            autosize
            minRows={4}
            maxRows={14}
            data-autofocus
            value={draft.pasted}
            onChange={(event) => keep({ pasted: event.currentTarget.value })}
          />
          {bring.error && <ErrorSentence error={bring.error} />}
          {bring.error instanceof ApiError && bring.error.errors.length > 0 && (
            <List size="sm">
              {bring.error.errors.slice(0, MOST_MISTAKES).map(({ field, message }) => (
                <List.Item key={`${field} ${message}`}>
                  {placeOf(field, csv)}: {message}
                </List.Item>
              ))}
            </List>
          )}
          <Group justify="space-between">
            <Text size="sm" c="dimmed" aria-live="polite">
              {count === 0 ? "" : `${count} ${count === 1 ? "ticker" : "tickers"}; they are kept fresh from then on.`}
            </Text>
            <Button type="submit" disabled={count === 0} loading={bring.isPending}>
              Add
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** The API names a line of what was sent, which is not always a line of what was pasted: its text tells which. */
function placeOf(field: string, csv: string): string {
  const number = /^line (\d+)$/.exec(field)?.[1];
  return (number && csv.split("\n")[Number(number) - 1]) || field;
}
