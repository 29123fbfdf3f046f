import { TextInput } from "@mantine/core";
import { useSettings } from "@/ui/settings";
import { localOf, momentOf } from "./zoned";

interface Props {
  label: string;
  description?: string;
  value: string | null;
  onChange: (moment: string | null) => void;
  error?: string;
  size?: "xs" | "sm";
}

/** A moment, entered in the one zone of the page, which it names. */
export function TimeInput({ label, description, value, onChange, error, size }: Props) {
  const { zone } = useSettings();
  return (
    <TextInput
      type="datetime-local"
      size={size}
      label={`${label} (${zone})`}
      description={description}
      value={value ? localOf(new Date(value), zone) : ""}
      error={error}
      onChange={(event) => onChange(momentOf(event.currentTarget.value, zone)?.toISOString() ?? null)}
    />
  );
}
