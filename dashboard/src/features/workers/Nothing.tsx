import { Button, Code, Text } from "@mantine/core";
import { Empty } from "@/ui/Empty";
import { isFiltered, type WorkerFilters } from "./search";

interface Props {
  filters: WorkerFilters;
  narrow: (filters: WorkerFilters) => void;
  /** null: they may not. */
  invite: (() => void) | null;
}

export function Nothing({ filters, narrow, invite }: Props) {
  if (isFiltered(filters))
    return (
      <Empty title="No worker matches">
        <Button variant="default" onClick={() => narrow({ view: filters.view })}>
          Clear all filters
        </Button>
      </Empty>
    );
  return (
    <Empty title="There is no worker yet, so no task is done">
      {invite ? (
        <Button onClick={invite}>Invite the first one</Button>
      ) : (
        <Text size="sm">
          An admin can invite one, here or with <Code>clawdbot workers invite</Code>.
        </Text>
      )}
    </Empty>
  );
}
