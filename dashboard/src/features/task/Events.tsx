import { Text } from "@mantine/core";
import type { TaskDetail } from "@/api/tasks";
import { LogView } from "@/ui/LogView";
import { Section } from "@/ui/Section";
import { Time } from "@/ui/time/Time";
import { detailsInWords, type Line } from "./history";
import { useHistory } from "./useHistory";

/** What happened and what the worker said of it, the newest first. */
export function Events({ task }: { task: TaskDetail }) {
  const { lines, isWhole, older, isAsking } = useHistory(task);
  return (
    <Section title="History">
      <LogView label="History" lines={lines} hasOlder={!isWhole} older={older} isAsking={isAsking}>
        {(line) => <One line={line} />}
      </LogView>
    </Section>
  );
}

function One({ line }: { line: Line }) {
  const details = detailsInWords(line);
  return (
    <>
      <Text size="sm" span fw={600}>
        {line.type.replaceAll("_", " ")}
      </Text>{" "}
      <Text size="sm" span c="dimmed">
        <Time at={line.created_at} />
        {line.actor ? ` by ${line.actor}` : ""}
        {line.attempt ? `, attempt ${line.attempt}` : ""}
      </Text>
      {details && (
        <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
          {details}
        </Text>
      )}
    </>
  );
}
