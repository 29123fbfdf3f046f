import { Stack, Text } from "@mantine/core";
import { useMay } from "@/api/session";
import { type TaskDetail, useOrder } from "@/api/tasks";
import { NoteForm } from "@/ui/forms/NoteForm";
import { Section } from "@/ui/Section";
import { Time } from "@/ui/time/Time";

export function Notes({ task }: { task: TaskDetail }) {
  const may = useMay();
  const give = useOrder();
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
        <NoteForm
          draft={`note.${task.id}`}
          placeholder="Write a note"
          adding={give.isPending}
          add={(text, onDone) => give.mutate({ id: task.id, command: "note", text }, { onSuccess: onDone })}
        />
      )}
    </Section>
  );
}
