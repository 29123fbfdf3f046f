import { Badge, Group, UnstyledButton } from "@mantine/core";
import { useState } from "react";

/** Names that are not told apart by colour; those that do not fit are counted, and shown to who presses that. */
export function Names({ of, most = 4 }: { of: string[]; most?: number }) {
  const [all, setAll] = useState(false);
  const rest = all ? [] : of.slice(most);
  return (
    <Group gap={4}>
      {(all ? of : of.slice(0, most)).map((name) => (
        <Badge key={name} variant="default" size="sm" tt="none" fw={500}>
          {name}
        </Badge>
      ))}
      {rest.length > 0 && (
        <UnstyledButton className="more-names" title={rest.join(", ")} onClick={() => setAll(true)}>
          +{rest.length}
        </UnstyledButton>
      )}
    </Group>
  );
}

export function percent(rate: number | null | undefined): string {
  return rate === null || rate === undefined ? "–" : `${Math.round(rate * 100)} %`;
}
