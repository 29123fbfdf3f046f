import { Button } from "@mantine/core";
import { IconPencil } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";

/** To the form in which it is changed. */
export function ChangeLink({ to, name }: { to: string; name: string }) {
  return (
    <Button
      component={Link}
      to={to}
      search={{ change: name } as never}
      size="compact-md"
      variant="default"
      leftSection={<IconPencil size={16} aria-hidden />}
    >
      Change
    </Button>
  );
}
