import { Button, Group } from "@mantine/core";
import { lookOf } from "@/ui/statuses";
import type { Lane } from "./lanes";

/** Where only one lane fits on the screen: how many are in each, and a way to it. */
export function LaneJumps({ lanes }: { lanes: Lane[] }) {
  return (
    <Group gap={4} hiddenFrom="sm" role="group" aria-label="Lanes">
      {lanes.map(({ name, total, capped }) => {
        const { label, icon: Icon } = lookOf(name);
        return (
          <Button
            key={name}
            size="compact-xs"
            variant="default"
            leftSection={<Icon size={12} aria-hidden />}
            onClick={() => document.querySelector(`[data-lane=${name}]`)?.scrollIntoView({ inline: "start" })}
          >
            {label} {total.toLocaleString("en")}
            {capped ? "+" : ""}
          </Button>
        );
      })}
    </Group>
  );
}
