import { Button, Group, Stack, Text, Textarea } from "@mantine/core";
import { modals } from "@mantine/modals";
import type { Move } from "./moves";

/** Has somebody confirm what cannot be undone; a decision may come with a word. Calls `go` with that word. */
export function ask(move: Move, go: (text: string) => void): void {
  const { asks } = move;
  if (asks) modals.open({ title: asks.title, children: <Question move={move} asks={asks} go={go} /> });
  else go("");
}

function Question({ move, asks, go }: { move: Move; asks: NonNullable<Move["asks"]>; go: (text: string) => void }) {
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        modals.closeAll();
        go(String(new FormData(event.currentTarget).get("comment") ?? ""));
      }}
    >
      <Stack gap="sm">
        <Text size="sm">{asks.says}</Text>
        {asks.comment && <Textarea name="comment" label="Comment" autosize minRows={2} maxLength={2_000} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={() => modals.closeAll()}>
            Leave it
          </Button>
          <Button type="submit" color={asks.danger ? "red" : undefined} data-autofocus>
            {move.word}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
