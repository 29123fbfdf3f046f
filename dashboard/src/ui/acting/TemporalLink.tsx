import { Button } from "@mantine/core";
import { IconExternalLink } from "@tabler/icons-react";

/** To the same thing in the Temporal Web UI. */
export function TemporalLink({ to }: { to: string }) {
  return (
    <Button
      component="a"
      href={to}
      target="_blank"
      rel="noopener noreferrer"
      size="compact-md"
      variant="subtle"
      rightSection={<IconExternalLink size={14} aria-hidden />}
    >
      Temporal
    </Button>
  );
}
