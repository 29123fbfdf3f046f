import { Badge, Group, Text } from "@mantine/core";

/** Names that are not told apart by colour; the ones that do not fit are counted, and said to who hovers. */
export function Names({ of, most = 4 }: { of: string[]; most?: number }) {
  const rest = of.slice(most);
  return (
    <Group gap={4}>
      {of.slice(0, most).map((name) => (
        <Badge key={name} variant="default" size="sm" tt="none" fw={500}>
          {name}
        </Badge>
      ))}
      {rest.length > 0 && (
        <Text span size="xs" c="dimmed" title={rest.join(", ")}>
          +{rest.length}
        </Text>
      )}
    </Group>
  );
}

export function percent(rate: number | null | undefined): string {
  return rate === null || rate === undefined ? "–" : `${Math.round(rate * 100)} %`;
}
