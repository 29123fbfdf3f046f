import { Button, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useMay } from "@/api/session";
import type { TaskFilters } from "@/api/tasks";
import { Empty } from "@/ui/Empty";
import { useSettings } from "@/ui/settings";
import { activeFilters } from "./search";

/** Says whether there are no tasks at all, or which filters hide them. */
export function Nothing({ filters, narrow }: { filters: TaskFilters; narrow: (filters: TaskFilters) => void }) {
  const { zone } = useSettings();
  const may = useMay();
  const active = activeFilters(filters, zone);
  if (active.length === 0)
    return (
      <Empty title="There are no tasks yet">
        {may.operate ? (
          <Button component={Link} to="/submit">
            Create the first one
          </Button>
        ) : (
          <Text size="sm">Operators create them.</Text>
        )}
      </Empty>
    );
  return (
    <Empty title="No task matches">
      <Text size="sm" c="dimmed">
        {active.map(({ label }) => label).join(" · ")}
      </Text>
      <Button variant="default" onClick={() => narrow({ workspace: undefined })}>
        Clear all filters
      </Button>
    </Empty>
  );
}
