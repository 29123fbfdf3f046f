import { Button, Group, Stack, Text, Textarea } from "@mantine/core";
import { useState } from "react";
import { useAct } from "@/ui/acting/useAct";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { JsonTree } from "@/ui/JsonTree";
import { parsed } from "./draft";
import type { Trial } from "./queries";

interface Props {
  start: string;
  act: (payload: unknown) => Promise<Trial>;
  disabled?: boolean;
}

/** A payload, and what would be made of it; nothing is. */
export function TryIt({ start, act, disabled = false }: Props) {
  const [text, setText] = useState(start);
  const trial = useAct((payload: unknown) => act(payload), { touches: [], quiet: true });
  const payload = parsed(text);
  return (
    <Stack gap="xs">
      <Textarea
        label="Payload"
        description="JSON, as it would come"
        autosize
        minRows={3}
        maxRows={14}
        value={text}
        error={payload === undefined && "This is no JSON."}
        styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Group>
        <Button
          variant="default"
          disabled={disabled || payload === undefined}
          loading={trial.isPending}
          onClick={() => trial.mutate(payload)}
        >
          What would it make?
        </Button>
      </Group>
      {trial.error && <ErrorSentence error={trial.error} />}
      <div aria-live="polite" data-trial={trial.data?.outcome}>
        {trial.data && <Told of={trial.data} />}
      </div>
    </Stack>
  );
}

function Told({ of: { kind, made, why } }: { of: Trial }) {
  if (!made) return <Text size="sm">Nothing. {why}</Text>;
  return (
    <>
      <Text size="sm">A {kind}; nothing was created.</Text>
      <JsonTree of={made} label="What it would make" />
    </>
  );
}
