import { CloseButton, TextInput, type TextInputProps } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useEffect, useState } from "react";

const TYPING_MS = 250;

interface Props extends Omit<TextInputProps, "value" | "onChange"> {
  label: string;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}

/** A filter that is a text. It takes effect when typing pauses; its name is its placeholder. */
export function TextFilter({ label, value, onChange, ...rest }: Props) {
  const [text, setText] = useState(value ?? "");
  useEffect(() => setText(value ?? ""), [value]);
  const changed = useDebouncedCallback((entered: string) => onChange(entered.trim() || undefined), TYPING_MS);
  return (
    <TextInput
      size="xs"
      aria-label={label}
      placeholder={label}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        changed(event.currentTarget.value);
      }}
      rightSection={
        text && (
          <CloseButton
            size="xs"
            aria-label={`Clear ${label.toLowerCase()}`}
            onClick={() => {
              setText("");
              onChange(undefined);
            }}
          />
        )
      }
      {...rest}
    />
  );
}
