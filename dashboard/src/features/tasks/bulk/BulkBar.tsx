import { Button, Group, Menu, Paper, Text } from "@mantine/core";
import { IconBan, IconChevronDown, IconRefresh, IconTag } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { PRIORITIES, type TaskFilters } from "@/api/tasks";
import { isNarrowed } from "../search";
import type { Selection } from "../useSelection";
import type { Wanted } from "./BulkDialog";
import { MOST_SELECTED, type Scope } from "./bulk";

const BulkDialog = lazy(() => import("./BulkDialog"));

interface Props {
  selection: Selection;
  filters: TaskFilters;
  /** How many match the filters, in words. */
  total: string;
}

/** What can be done to the rows that are selected, or to all that match. A dialog counts before it does it. */
export function BulkBar({ selection, filters, total }: Props) {
  const [wanted, setWanted] = useState<{ wanted: Wanted; scope: Scope } | null>(null);
  const tooMany = !selection.everything && selection.ids.size > MOST_SELECTED;
  const scope: Scope = selection.everything ? { kind: "matching", filters } : { kind: "rows", tasks: selection.tasks };
  const want = (next: Wanted) => setWanted({ wanted: next, scope });
  return (
    <>
      {(selection.everything || selection.ids.size > 0) && (
        <Paper withBorder p={6} role="toolbar" aria-label="Selected tasks">
          <Group gap="xs">
            <Text size="sm" fw={600} aria-live="polite">
              {selection.everything ? `All ${total} that match` : `${selection.ids.size.toLocaleString("en")} selected`}
            </Text>
            <Button
              size="compact-sm"
              variant="default"
              disabled={tooMany}
              leftSection={<IconBan size={14} aria-hidden />}
              onClick={() => want({ action: "cancel" })}
            >
              Cancel…
            </Button>
            <Button
              size="compact-sm"
              variant="default"
              disabled={tooMany}
              leftSection={<IconRefresh size={14} aria-hidden />}
              onClick={() => want({ action: "retry" })}
            >
              Retry…
            </Button>
            <Menu>
              <Menu.Target>
                <Button
                  size="compact-sm"
                  variant="default"
                  disabled={tooMany}
                  rightSection={<IconChevronDown size={14} aria-hidden />}
                >
                  Priority
                </Button>
              </Menu.Target>
              <Menu.Dropdown>
                {PRIORITIES.map((priority) => (
                  <Menu.Item key={priority} onClick={() => want({ action: "reprioritise", priority })}>
                    {priority}…
                  </Menu.Item>
                ))}
              </Menu.Dropdown>
            </Menu>
            <Button
              size="compact-sm"
              variant="default"
              disabled={tooMany}
              leftSection={<IconTag size={14} aria-hidden />}
              onClick={() => want({ action: "tag" })}
            >
              Tags…
            </Button>
            {!selection.everything && isNarrowed(filters) && (
              <Button size="compact-sm" variant="subtle" onClick={selection.matching}>
                Select all {total} that match
              </Button>
            )}
            <Button size="compact-sm" variant="subtle" onClick={selection.none}>
              Select none
            </Button>
            {tooMany && (
              <Text size="xs" c="dimmed">
                {MOST_SELECTED.toLocaleString("en")} rows at most; for more, filter and take all that match.
              </Text>
            )}
          </Group>
        </Paper>
      )}
      <Suspense>{wanted && <BulkDialog {...wanted} close={() => setWanted(null)} onRun={selection.none} />}</Suspense>
    </>
  );
}
