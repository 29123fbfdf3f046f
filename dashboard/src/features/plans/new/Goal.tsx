import { Alert, Button, FileInput, Group, Stack, Text, Textarea } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { type GoalAnswer, proposePlan } from "@/api/plans";
import { sentenceOf } from "@/api/problem";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { useDraft } from "@/ui/forms/draft";
import { usePlace, WorkspaceChoice } from "@/ui/forms/WorkspaceChoice";
import { useSettings } from "@/ui/settings";
import { Proposal } from "./Proposal";
import { usePriced } from "./usePriced";

interface Props {
  submit: (text: string, done: () => void) => void;
  isSending: boolean;
  error: Error | null;
  edit: (text: string) => void;
}

const EMPTY: { text: string; workspace: string | null } = { text: "", workspace: null };

/** A goal in words becomes a plan with its price. Nothing runs before somebody says so. */
export function Goal({ submit, isSending, error, edit }: Props) {
  const { zone } = useSettings();
  const [draft, setDraft, clear] = useDraft("goal", EMPTY);
  const workspace = usePlace(draft.workspace);
  const [files, setFiles] = useState<File[]>([]);
  const propose = useMutation({
    mutationFn: async (text: string) =>
      proposePlan({
        text,
        timezone: zone,
        workspace,
        files: await Promise.all(files.map(async (file) => ({ name: file.name, text: await file.text() }))),
      }),
    meta: { quiet: true },
  });
  const answer = propose.data?.text === draft.text.trim() ? propose.data : undefined;
  // Steps that shall be left out.
  const [out, setOut] = useState<string[]>([]);
  const { proposal, ...price } = usePriced(answer?.proposal, out, workspace);

  const asText = () => JSON.stringify({ ...proposal?.plan, ...(workspace && { workspace }) }, null, 2);

  function ask(text: string) {
    setOut([]);
    propose.mutate(text);
  }

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    ask(draft.text.trim());
  }

  function use(text: string) {
    setDraft({ ...draft, text });
    ask(text);
  }

  return (
    <Stack>
      <form onSubmit={onSubmit}>
        <Stack>
          <Textarea
            label="What is to be reached?"
            description="For example: crawl reddit and news for NVDA and AMD, then score the sentiment, then summarize"
            autosize
            minRows={2}
            maxLength={2_000}
            value={draft.text}
            onChange={(event) => setDraft({ ...draft, text: event.currentTarget.value })}
          />
          <FileInput
            label="Files that it is about"
            description="Texts, at most 20. A model that plans sees their names only"
            placeholder="Choose files"
            multiple
            clearable
            clearButtonProps={{ "aria-label": "Take the files away" }}
            accept="text/*,.md,.csv,.json,.yaml,.yml,.log"
            value={files}
            onChange={(chosen) => {
              setFiles(chosen);
              propose.reset();
            }}
          />
          <WorkspaceChoice value={workspace} onChange={(chosen) => setDraft({ ...draft, workspace: chosen })} />
          <Group>
            <Button
              type="submit"
              variant={proposal ? "default" : "filled"}
              disabled={!draft.text.trim()}
              loading={propose.isPending}
            >
              Propose a plan
            </Button>
          </Group>
          {propose.error && <ErrorSentence error={propose.error} />}
        </Stack>
      </form>
      {answer && (
        <Stack gap="sm" aria-live="polite">
          <Questions answer={answer} use={use} />
          {proposal && (
            <Proposal
              of={proposal}
              isPart={out.length > 0}
              isSending={isSending || price.isPending}
              leaveOut={(step) => setOut([...out, step])}
              takeAll={() => setOut([])}
              approve={() => submit(asText(), clear)}
              edit={() => edit(asText())}
            />
          )}
          {price.error && <ErrorSentence error={price.error} />}
          {price.error && out.length > 0 && (
            <Group>
              <Button variant="default" onClick={() => setOut([])}>
                Take all steps again
              </Button>
            </Group>
          )}
          {proposal && error && <Text role="alert">{sentenceOf(error)}</Text>}
        </Stack>
      )}
    </Stack>
  );
}

/** What has to be answered first, and what the planner has to say. */
function Questions({ answer, use }: { answer: GoalAnswer; use: (text: string) => void }) {
  return (
    <>
      {answer.note && <Alert title="About the planning">{answer.note}</Alert>}
      {(answer.questions ?? []).map((question) => (
        <Alert key={question.question} color="yellow" title="One question">
          <Stack gap="xs" align="flex-start">
            <Text size="sm">{question.question}</Text>
            {question.answers?.map((each) => (
              <Button key={each} size="compact-sm" variant="light" onClick={() => use(each)}>
                {each}
              </Button>
            ))}
          </Stack>
        </Alert>
      ))}
    </>
  );
}
