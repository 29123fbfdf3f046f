import { Stack } from "@mantine/core";
import { IconExternalLink } from "@tabler/icons-react";
import { OutsideLink } from "@/ui/OutsideLink";

/** Task queues by their names, each leading to itself in the Temporal Web UI. */
export function TemporalQueues({ of }: { of: Record<string, string> }) {
  return (
    <Stack gap={2}>
      {Object.entries(of).map(([name, address]) => (
        <OutsideLink
          key={name}
          to={address}
          size="sm"
          aria-label={`${name} in the Temporal Web UI`}
          style={{ overflowWrap: "anywhere" }}
        >
          {name} <IconExternalLink size={12} aria-hidden />
        </OutsideLink>
      ))}
    </Stack>
  );
}
