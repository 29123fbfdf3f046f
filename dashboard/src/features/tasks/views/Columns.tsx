import { ActionIcon, Checkbox, Popover, Stack, Switch, Text, Tooltip } from "@mantine/core";
import { IconColumns3 } from "@tabler/icons-react";
import { change, useSettings } from "@/ui/settings";
import { ALWAYS, COLUMNS, columnsOf } from "../columns";

/** Which columns there are, and how close the rows stand. */
export function Columns() {
  const { columns, density } = useSettings();
  const shown = columnsOf(columns.tasks).map(({ name }) => name);
  const toggle = (name: string) => {
    const names = shown.includes(name) ? shown.filter((each) => each !== name) : [...shown, name];
    change({ columns: { ...columns, tasks: names } });
  };
  return (
    <Popover position="bottom-end" withArrow shadow="md" trapFocus>
      <Popover.Target>
        <Tooltip label="Columns">
          <ActionIcon variant="default" size={30} aria-label="Columns" visibleFrom="sm">
            <IconColumns3 size={16} />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap={8} role="group" aria-label="Columns">
          {COLUMNS.filter(({ name }) => !ALWAYS.includes(name)).map(({ name, label }) => (
            <Checkbox key={name} size="xs" label={label} checked={shown.includes(name)} onChange={() => toggle(name)} />
          ))}
          <Switch
            size="xs"
            label="Rows close together"
            checked={density === "compact"}
            onChange={() => change({ density: density === "compact" ? "comfortable" : "compact" })}
          />
          <Text size="xs" c="dimmed">
            Kept with your account.
          </Text>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
