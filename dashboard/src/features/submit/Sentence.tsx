import { Alert, Button, Card, Group, Mark, Stack, Text, Textarea } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, Fragment } from "react";
import { answerOf, api } from "@/api/client";
import { once } from "@/api/once";
import type { components } from "@/api/schema";
import { notifyOfSuccess } from "@/ui/acting/notify";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { Facts } from "@/ui/Facts";
import { useDraft } from "@/ui/forms/draft";
import { usePlace, WorkspaceChoice } from "@/ui/forms/WorkspaceChoice";
import { paramsInWords } from "@/ui/params";
import { useSettings } from "@/ui/settings";
import { Time } from "@/ui/time/Time";
import { marksOf } from "./marks";

/** The priority of a task of which nothing is said; lower is sooner. */
const NORMAL = 50;

const EMPTY: { text: string; workspace: string | null } = { text: "", workspace: null };

type Parsed = components["schemas"]["ReadText"];

/** Plain language: what was understood is shown word by word, questions are asked, and only then is anything created. */
export function Sentence() {
  const { zone } = useSettings();
  const navigate = useNavigate();
  const [draft, setDraft, clear] = useDraft("sentence", EMPTY);
  const place = usePlace(draft.workspace);
  const parse = useMutation({
    mutationFn: (text: string) => answerOf(api.POST("/api/v1/tasks/parse", { body: { text, timezone: zone } })),
    meta: { quiet: true },
  });
  const create = useMutation({
    mutationFn: (text: string) => {
      const body = { text, timezone: zone, workspace: place ?? undefined } as never;
      return once("sentence", body, (header) => answerOf(api.POST("/api/v1/tasks", { body, params: { header } })));
    },
    meta: { quiet: true },
    onSuccess: (created) => {
      clear();
      const ids = "task_ids" in created ? created.task_ids : [created.id];
      if (ids.length === 1) return navigate({ to: "/tasks/$id", params: { id: ids[0] } as never });
      notifyOfSuccess(`${ids.length} tasks were created.`);
      return navigate({ to: "/tasks" });
    },
  });
  const parsed = parse.data?.text === draft.text.trim() ? parse.data : undefined;

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    parse.mutate(draft.text.trim());
  }

  function use(text: string) {
    setDraft({ ...draft, text });
    parse.mutate(text);
  }

  return (
    <form onSubmit={onSubmit}>
      <Stack>
        <Textarea
          label="What shall be done?"
          description="For example: pull the last 30 days of $NVDA from wallstreetbets tomorrow at 8, high"
          autosize
          minRows={2}
          maxLength={1_000}
          value={draft.text}
          onChange={(event) => setDraft({ ...draft, text: event.currentTarget.value })}
        />
        <WorkspaceChoice value={place} onChange={(workspace) => setDraft({ ...draft, workspace })} />
        <Group>
          <Button
            type="submit"
            variant={parsed?.tasks.length ? "default" : "filled"}
            disabled={!draft.text.trim()}
            loading={parse.isPending}
          >
            Show what it means
          </Button>
          {parsed && parsed.tasks.length > 0 && (
            <Button loading={create.isPending} onClick={() => create.mutate(parsed.text)}>
              {parsed.tasks.length === 1 ? "Create this task" : `Create these ${parsed.tasks.length} tasks`}
            </Button>
          )}
        </Group>
        {parse.error && <ErrorSentence error={parse.error} />}
        {create.error && <ErrorSentence error={create.error} />}
        {parsed && <Understood parsed={parsed} use={use} />}
      </Stack>
    </form>
  );
}

function Understood({ parsed, use }: { parsed: Parsed; use: (text: string) => void }) {
  return (
    <Stack gap="sm" aria-live="polite">
      <Text size="sm">
        {marksOf(parsed.text, parsed.understood).map((part) => (
          <Fragment key={part.start}>
            {part.field ? (
              <Mark color="teal" title={part.field}>
                {part.text}
              </Mark>
            ) : (
              part.text
            )}
          </Fragment>
        ))}
      </Text>
      {parsed.notable && parsed.notable.length > 0 && (
        <Text size="sm" c="dimmed">
          Not used: {parsed.notable.join(", ")}.
        </Text>
      )}
      {parsed.questions.map((question) => (
        <Alert key={question.question} color="yellow" title="One question">
          <Stack gap="xs" align="flex-start">
            <Text size="sm">{question.question}</Text>
            {question.answers?.map((answer) => (
              <Button key={answer} size="compact-sm" variant="light" onClick={() => use(answer)}>
                {answer}
              </Button>
            ))}
          </Stack>
        </Alert>
      ))}
      {parsed.suggestion && (
        <Alert color="claw" title="Did you mean">
          <Group justify="space-between">
            <Text size="sm">{parsed.suggestion.text}</Text>
            <Button size="compact-sm" onClick={() => parsed.suggestion && use(parsed.suggestion.text)}>
              Use this
            </Button>
          </Group>
        </Alert>
      )}
      {parsed.tasks.map((task) => (
        <Card key={JSON.stringify(task)} withBorder p="sm">
          <Group gap="xs">
            <Text fw={600}>{task.task_type}</Text>
            {task.priority !== undefined && task.priority !== NORMAL && (
              <Text size="sm">{task.priority < NORMAL ? "before others" : "after others"}</Text>
            )}
            {task.run_at && (
              <Text size="sm">
                starts <Time at={task.run_at} show="both" />
              </Text>
            )}
          </Group>
          <Facts of={paramsInWords(task.params ?? {})} />
          {(task.follow_ups ?? []).map((then) => (
            <Text key={then.task_type} size="sm">
              then {then.task_type}
            </Text>
          ))}
        </Card>
      ))}
    </Stack>
  );
}
