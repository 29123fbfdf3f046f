import { Button, Group, Textarea } from "@mantine/core";
import { useDraft } from "./draft";

interface Props {
  /** Under which the draft is kept. */
  draft: string;
  placeholder: string;
  /** Characters. */
  most?: number;
  adding: boolean;
  add: (text: string, onDone: () => void) => void;
}

/** A note that is written, kept as a draft until it is added. */
export function NoteForm({ draft: key, placeholder, most, adding, add }: Props) {
  const [draft, setDraft, clear] = useDraft(key, { text: "" });
  return (
    <Group align="flex-end" gap="xs">
      <Textarea
        aria-label="New note"
        placeholder={placeholder}
        autosize
        minRows={1}
        maxRows={8}
        maxLength={most}
        flex={1}
        value={draft.text}
        onChange={(event) => setDraft({ text: event.currentTarget.value })}
      />
      <Button variant="default" disabled={!draft.text.trim()} loading={adding} onClick={() => add(draft.text, clear)}>
        Add
      </Button>
    </Group>
  );
}
