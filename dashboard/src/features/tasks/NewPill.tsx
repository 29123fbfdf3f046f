import { Button } from "@mantine/core";
import { IconArrowUp } from "@tabler/icons-react";
import { PAGE } from "@/api/tasks";

/** Tasks that match and are not in the list yet wait here until somebody wants to see them. */
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
      {count < PAGE ? count : `${PAGE}+`} new
    </Button>
  );
}
