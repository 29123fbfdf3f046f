import { NumberInput } from "@mantine/core";

/** How many tasks a worker may have at once. */
export function Slots(props: { value: number; error: string | undefined; onChange: (slots: number) => void }) {
  return (
    <NumberInput
      label="Tasks at once"
      min={1}
      max={1_000}
      value={props.value}
      error={props.error}
      onChange={(count) => props.onChange(Number(count) || 1)}
    />
  );
}
