import { ActionIcon, Button, Popover, Stack, Text, Tooltip } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconCalendarSearch } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import type { TaskFilters } from "@/api/tasks";
import { TimeInput } from "@/ui/time/TimeInput";

/** Jumps to a moment in the list: it then begins there, and the filter that says so takes one back. */
export function GoToDate({ filters, narrow }: { filters: TaskFilters; narrow: (filters: TaskFilters) => void }) {
  const [opened, form] = useDisclosure();
  const [moment, setMoment] = useState<string | null>(null);
  const oldestFirst = filters.sort === "created_at";

  function go(event: FormEvent) {
    event.preventDefault();
    if (!moment) return;
    form.close();
    narrow(beginningAt(moment, filters));
  }

  return (
    <Popover opened={opened} onChange={form.toggle} position="bottom-end" withArrow shadow="md" trapFocus>
      <Popover.Target>
        <Tooltip label="Go to a date">
          <ActionIcon variant="default" size={30} onClick={form.toggle} aria-label="Go to a date">
            <IconCalendarSearch size={16} />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown>
        <form onSubmit={go}>
          <Stack gap="xs" w={260}>
            <TimeInput label="Go to" size="xs" value={moment} onChange={setMoment} />
            <Text size="xs" c="dimmed">
              The list begins with what was created {oldestFirst ? "from then on" : "just before"}.
            </Text>
            <Button type="submit" size="xs" disabled={!moment}>
              Go
            </Button>
          </Stack>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}

/** In a list by creation; any other order is given up, because a moment is no place in it. */
export function beginningAt(moment: string, filters: TaskFilters): TaskFilters {
  if (filters.sort === "created_at") return { ...filters, created_after: moment, created_before: undefined };
  return { ...filters, sort: undefined, created_before: moment, created_after: undefined };
}
