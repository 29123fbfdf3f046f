import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { taskTypes } from "@/api/tasks";

interface Props {
  value: string | undefined;
  onChange: (type: string | undefined) => void;
}

export function TypeFilter({ value, onChange }: Props) {
  const types = useQuery(taskTypes).data ?? [];
  return (
    <Select
      aria-label="Type"
      placeholder="Any type"
      data={types.map(({ name }) => name)}
      value={value ?? null}
      onChange={(type) => onChange(type ?? undefined)}
      clearable
      clearButtonProps={{ "aria-label": "Any type" }}
      searchable
      size="xs"
      w={150}
    />
  );
}
