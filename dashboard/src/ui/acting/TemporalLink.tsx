import { Button, type ButtonProps } from "@mantine/core";
import { IconExternalLink } from "@tabler/icons-react";

/** To the same thing in the Temporal Web UI; nothing where its address is not known. */
export function TemporalLink({ to, size = "compact-md" }: { to: string | undefined; size?: ButtonProps["size"] }) {
  if (!to) return null;
  return (
    <Button
      component="a"
      href={to}
      target="_blank"
      rel="noopener noreferrer"
      size={size}
      variant="subtle"
      rightSection={<IconExternalLink size={14} aria-hidden />}
    >
      Temporal
    </Button>
  );
}
