import { Button, Stack, Text, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { ErrorSentence } from "@/ui/ErrorSentence";

export function NotFound() {
  return (
    <Stack align="flex-start" gap="xs">
      <Title order={1}>There is no such page</Title>
      <Text>The address may be mistyped, or from another version.</Text>
      <Button component={Link} to="/">
        Go to the start
      </Button>
    </Stack>
  );
}

export function PageError({ error }: { error: unknown }) {
  return (
    <Stack align="flex-start" gap="xs">
      <Title order={1}>This page cannot be shown</Title>
      <ErrorSentence error={error} />
      <Button onClick={() => window.location.reload()}>Load it again</Button>
    </Stack>
  );
}
