import { Stack, Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import type { ReactNode } from "react";

interface Question {
  title: string;
  /** What it will do, and what it will not. */
  says: ReactNode;
  /** On the button: the verb itself, never "OK". */
  word: string;
  /** It cannot be undone. */
  grave?: boolean;
  onYes: () => void;
}

/** A word before something that is not easily undone. */
export function askFirst({ title, says, word, grave = true, onYes }: Question): void {
  modals.openConfirmModal({
    title,
    children: (
      <Text size="sm" component="div">
        {says}
      </Text>
    ),
    labels: { confirm: word, cancel: "Leave it" },
    confirmProps: grave ? { color: "red" } : {},
    onConfirm: onYes,
  });
}

/** A form in a dialog; it is given the way to close it. */
export function openForm(title: string, form: (close: () => void) => ReactNode): void {
  const close = () => modals.close(id);
  const id: string = modals.open({ title, size: "lg", children: <Stack gap="sm">{form(() => close())}</Stack> });
}
