import { Button, Group, Stack, Text, Textarea } from "@mantine/core";
import { useMay } from "@/api/session";
import { useAct } from "@/ui/acting/useAct";
import { useDraft } from "@/ui/forms/draft";
import { labelOf, paramsInWords } from "@/ui/params";
import { Section } from "@/ui/Section";
import { Time } from "@/ui/time/Time";
import { FAILURES, type FailureDetail, right } from "./queries";
import { wordsOf } from "./words";

/** What happened to a group, with the notes of people, the newest first. */
export function History({ group }: { group: FailureDetail }) {
  const may = useMay();
  const add = useAct((text: string) => right.note(group.cause, text), { touches: [FAILURES] });
  const [draft, setDraft, clear] = useDraft(`failure-note.${group.cause}`, { text: "" });
  return (
    <Section title="History and notes">
      {may.operate && (
        <Group align="flex-end" gap="xs">
          <Textarea
            aria-label="New note"
            placeholder="The next attempts of its tasks get it, too"
            autosize
            minRows={1}
            maxRows={8}
            maxLength={2_000}
            flex={1}
            value={draft.text}
            onChange={(event) => setDraft({ text: event.currentTarget.value })}
          />
          <Button
            variant="default"
            disabled={!draft.text.trim()}
            loading={add.isPending}
            onClick={() => add.mutate(draft.text, { onSuccess: clear })}
          >
            Add
          </Button>
        </Group>
      )}
      <Stack gap={6} component="ol" m={0} p={0} style={{ listStyle: "none" }}>
        {group.events.map((event) => (
          <li key={`${event.type}${event.created_at}`}>
            <Text size="sm" span fw={600}>
              {wordsOf(event)}
            </Text>{" "}
            <Text size="sm" span c="dimmed">
              <Time at={event.created_at} />
              {event.actor ? ` by ${event.actor}` : ""}
            </Text>
            {event.text && (
              <Text size="sm" style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
                {event.text}
              </Text>
            )}
            <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
              {paramsInWords(event.details ?? {})
                .map(([name, said]) => `${labelOf(name)}: ${said}`)
                .join(" · ")}
            </Text>
          </li>
        ))}
      </Stack>
    </Section>
  );
}
