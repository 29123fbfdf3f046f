import { Group } from "@mantine/core";
import type { Worker } from "@/api/workers";
import { Status } from "@/ui/Status";

/** Its state; and that it is held back, where something graver is the state. */
export function Health({ of }: { of: Worker }) {
  return (
    <Group gap={4} wrap="nowrap" style={{ flexShrink: 0 }}>
      {of.held && of.held !== of.status && <Status of={of.held} size="sm" />}
      <Status of={of.status} size="sm" />
    </Group>
  );
}
