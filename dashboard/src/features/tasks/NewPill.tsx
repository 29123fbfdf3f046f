import { Button } from "@mantine/core";
import { IconArrowUp } from "@tabler/icons-react";
import { MANY_NEW } from "./useLiveList";

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
      {count < MANY_NEW ? count : `${MANY_NEW.toLocaleString("en")}+`} new
    </Button>
  );
}
