import { Button, Group, Stack, Text, Textarea } from "@mantine/core";
import { useMay } from "@/api/session";
import { type TaskDetail, useOrder } from "@/api/tasks";
import { useDraft } from "@/ui/forms/draft";
import { Section } from "@/ui/Section";
import { Time } from "@/ui/time/Time";

export function Notes({ task }: { task: TaskDetail }) {
  const may = useMay();
  const give = useOrder();
  const [draft, setDraft, clear] = useDraft(`note.${task.id}`, { text: "" });
  if (!may.operate && task.notes.length === 0) return null;
  return (
    <Section title="Notes">
      {task.notes.map((note) => (
        <Stack key={`${note.created_at}${note.author}`} gap={0}>
          <Text size="xs" c="dimmed">
            {note.author}, <Time at={note.created_at} />
          </Text>
          <Text size="sm" style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
            {note.text}
          </Text>
        </Stack>
      ))}
      {may.operate && (
        <Group align="flex-end" gap="xs">
          <Textarea
            aria-label="New note"
            placeholder="Write a note"
            autosize
            minRows={1}
            maxRows={8}
            flex={1}
            value={draft.text}
            onChange={(event) => setDraft({ text: event.currentTarget.value })}
          />
          <Button
            variant="default"
            disabled={!draft.text.trim()}
            loading={give.isPending}
            onClick={() => give.mutate({ id: task.id, command: "note", text: draft.text }, { onSuccess: clear })}
          >
            Add
          </Button>
        </Group>
      )}
    </Section>
  );
}
