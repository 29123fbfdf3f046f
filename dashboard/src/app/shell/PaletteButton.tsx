import { ActionIcon, Button, Kbd } from "@mantine/core";
import { spotlight } from "@mantine/spotlight";
import { IconSearch } from "@tabler/icons-react";

export function PaletteButton() {
  return (
    <>
      <Button
        variant="default"
        size="compact-sm"
        visibleFrom="md"
        leftSection={<IconSearch size={14} aria-hidden />}
        rightSection={<Kbd size="xs">Ctrl K</Kbd>}
        onClick={spotlight.open}
      >
        Go to or do
      </Button>
      <ActionIcon
        variant="default"
        hiddenFrom="md"
        aria-label="Go to or do"
        title="Go to or do"
        onClick={spotlight.open}
      >
        <IconSearch size={16} />
      </ActionIcon>
    </>
  );
}
