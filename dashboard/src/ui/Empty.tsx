import { Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";

/** Why there is nothing here, and what can be done about it. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <Stack align="center" gap="xs" py="xl" px="md" ta="center">
      <Text fw={600}>{title}</Text>
      {children}
    </Stack>
  );
}
