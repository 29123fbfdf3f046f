import { Button, Group } from "@mantine/core";

interface Props {
  list: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };
  /** What is behind it. */
  word: string;
}

/** Under a list that goes on. */
export function MoreButton({ list, word }: Props) {
  if (!list.hasNextPage) return null;
  return (
    <Group justify="center">
      <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
        {word}
      </Button>
    </Group>
  );
}
