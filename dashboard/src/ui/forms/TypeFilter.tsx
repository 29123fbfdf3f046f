import { Select, type SelectProps } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { taskTypes } from "@/api/tasks";

interface Props extends Omit<SelectProps, "value" | "onChange" | "data"> {
  value: string | undefined;
  onChange: (type: string | undefined) => void;
}

/** A filter that is a type of task. */
export function TypeFilter({ value, onChange, ...rest }: Props) {
  const types = useQuery(taskTypes).data ?? [];
  return (
    <Select
      aria-label="Type"
      placeholder="Any type"
      data={types.map(({ name }) => name)}
      value={value ?? null}
      onChange={(type) => onChange(type ?? undefined)}
      clearable
      searchable
      size="xs"
      w={150}
      {...rest}
    />
  );
}
