import { Stack, Title } from "@mantine/core";

export function StartPage() {
  return (
    <Stack>
      <Title order={1}>Start</Title>
    </Stack>
  );
}
