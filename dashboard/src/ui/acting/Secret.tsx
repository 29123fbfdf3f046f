import { Button, Code, Group, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { CopyButton } from "./CopyButton";

interface Props {
  text: string;
  label: string;
  children?: ReactNode;
  close: () => void;
}

/** Something that is shown once: it can be copied, and is gone when the dialog is closed. */
export function Secret({ text, label, children, close }: Props) {
  return (
    <Stack gap="sm">
      <Text size="sm" fw={600}>
        {label}
      </Text>
      <CopyLine text={text} label={label} />
      <Text size="sm">It is shown only here. Nobody can read it again, so copy it now.</Text>
      {children}
      <Group justify="flex-end">
        <Button onClick={close}>I have it</Button>
      </Group>
    </Stack>
  );
}

/** A line to be run or kept, with a button that copies it. */
export function CopyLine({ text, label }: { text: string; label: string }) {
  return (
    <Group gap="xs" wrap="nowrap" align="flex-start">
      <Code block style={{ flex: 1, whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
        {text}
      </Code>
      <CopyButton text={text} label={`Copy ${label.charAt(0).toLowerCase()}${label.slice(1)}`} />
    </Group>
  );
}
