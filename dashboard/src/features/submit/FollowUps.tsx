import { ActionIcon, Button, Group, Select, Stack, Text } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import type { TaskType } from "@/api/tasks";

export interface Then {
  task_type: string;
  when: "succeeded" | "failed" | "ended";
}

interface Props {
  value: Then[];
  onChange: (value: Then[]) => void;
  types: TaskType[];
}

/** Tasks that are created when this one ends; ticker, priority and tags are handed on. */
export function FollowUps({ value, onChange, types }: Props) {
  const change = (place: number, changes: Partial<Then>) =>
    onChange(value.map((each, at) => (at === place ? { ...each, ...changes } : each)));
  return (
    <Stack gap="xs" mt="sm" align="flex-start">
      {value.map((each, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they have no other name, and are never put in another order
        <Group key={place} gap="xs">
          <Text size="sm">When it has</Text>
          <Select
            aria-label="When"
            size="xs"
            w={120}
            data={["succeeded", "failed", "ended"]}
            value={each.when}
            allowDeselect={false}
            onChange={(when) => change(place, { when: (when ?? "succeeded") as Then["when"] })}
          />
          <Select
            aria-label="Then do"
            size="xs"
            data={types.map(({ name }) => name)}
            value={each.task_type}
            allowDeselect={false}
            searchable
            onChange={(task_type) => change(place, { task_type: task_type ?? each.task_type })}
          />
          <ActionIcon
            variant="subtle"
            aria-label="Remove this follow-up"
            onClick={() => onChange(value.filter((_, at) => at !== place))}
          >
            <IconX size={14} />
          </ActionIcon>
        </Group>
      ))}
      <Button
        size="compact-sm"
        variant="subtle"
        leftSection={<IconPlus size={14} aria-hidden />}
        onClick={() => onChange([...value, { task_type: types[0]?.name ?? "", when: "succeeded" }])}
      >
        Add a follow-up
      </Button>
    </Stack>
  );
}
