import { Stack, Text } from "@mantine/core";
import { useMay } from "@/api/session";
import { useAct } from "@/ui/acting/useAct";
import { NoteForm } from "@/ui/forms/NoteForm";
import { labelOf, paramsInWords } from "@/ui/params";
import { Section } from "@/ui/Section";
import { Time } from "@/ui/time/Time";
import { FAILURES, type FailureDetail, right } from "./queries";
import { wordsOf } from "./words";

/** What happened to a group, with the notes of people, the newest first. */
export function History({ group }: { group: FailureDetail }) {
  const may = useMay();
  const add = useAct((text: string) => right.note(group.cause, text), { touches: [FAILURES] });
  return (
    <Section title="History and notes">
      {may.operate && (
        <NoteForm
          draft={`failure-note.${group.cause}`}
          placeholder="The next attempts of its tasks get it, too"
          most={2_000}
          adding={add.isPending}
          add={(text, onDone) => add.mutate(text, { onSuccess: onDone })}
        />
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
