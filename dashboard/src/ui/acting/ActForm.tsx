import { Button, Group, Stack } from "@mantine/core";
import type { UseMutationResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { ApiError } from "@/api/problem";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { errorAt } from "@/ui/forms/schema";

interface Props<V, R> {
  act: UseMutationResult<R, Error, V>;
  value: () => V;
  word: string;
  grave?: boolean;
  disabled?: boolean;
  close: () => void;
  /** Left open, for what is shown once. */
  onDone?: (done: R) => void;
  children: (errorOf: (field: string) => string | undefined) => ReactNode;
}

/** Fields, a button that says what it does, and what the API refused: at its field, or above the buttons. */
export function ActForm<V, R>({ act, value, word, grave, disabled, close, onDone, children }: Props<V, R>) {
  const errors = act.error instanceof ApiError ? act.error.errors : [];
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        act.mutate(value(), { onSuccess: onDone ?? close });
      }}
    >
      <Stack gap="sm">
        {children((field) => errorAt(errors, field))}
        {act.error && <ErrorSentence error={act.error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close}>
            Leave it
          </Button>
          <Button type="submit" color={grave ? "red" : undefined} loading={act.isPending} disabled={disabled}>
            {word}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
