import { Alert, Button, Group, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { sentenceOf } from "@/api/problem";

/** What went wrong, in the words of the API, and a way to go on. */
export function ErrorSentence({ error, again }: { error: unknown; again?: () => void }) {
  return (
    <Alert color="red" icon={<IconAlertTriangle aria-hidden />} role="alert" w="100%">
      <Group justify="space-between" gap="xs">
        <Text size="sm">{sentenceOf(error)}</Text>
        {again && (
          <Button size="compact-sm" variant="default" onClick={again}>
            Try again
          </Button>
        )}
      </Group>
    </Alert>
  );
}
