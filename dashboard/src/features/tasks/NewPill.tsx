import { Button } from "@mantine/core";
import { IconArrowUp } from "@tabler/icons-react";

/** Tasks that came since the list was loaded wait here until somebody wants to see them. */
export function NewPill({ count, show }: { count: number; show: () => void }) {
  if (count === 0) return null;
  return (
    <Button
      size="compact-sm"
      radius="xl"
      variant="light"
      leftSection={<IconArrowUp size={14} aria-hidden />}
      onClick={show}
    >
      {count.toLocaleString("en")} new
    </Button>
  );
}
