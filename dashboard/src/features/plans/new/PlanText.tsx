import { Anchor, Button, Group, List, SimpleGrid, Stack, Text, Textarea } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconCircleCheck } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type FormEvent, useRef } from "react";
import { checkPlan, PLANS } from "@/api/plans";
import { ApiError, sentenceOf } from "@/api/problem";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { Section } from "@/ui/Section";
import { count } from "../words";
import { lineOf, spanOfLine } from "./mistakes";
import { Where } from "./Where";

/** Nobody is corrected in the middle of a word. */
const TYPING_MS = 600;

interface Props {
  text: string;
  change: (text: string) => void;
  submit: () => void;
  isSending: boolean;
  error: Error | null;
}

/** A plan in YAML or JSON, checked as it is typed; its mistakes stand beside it. */
export function PlanText({ text, change, submit, isSending, error }: Props) {
  const field = useRef<HTMLTextAreaElement>(null);
  const [settled] = useDebouncedValue(text, TYPING_MS);
  const check = useQuery({
    queryKey: [PLANS, "check", settled],
    queryFn: ({ signal }) => checkPlan(settled, signal),
    enabled: settled.trim() !== "",
    placeholderData: keepPreviousData,
    gcTime: 0,
  });
  const isCurrent = settled === text && !check.isFetching;
  const mayRun = isCurrent && check.isSuccess && text.trim() !== "";

  function goTo(line: number) {
    field.current?.focus();
    field.current?.setSelectionRange(...spanOfLine(text, line));
  }

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    submit();
  }

  return (
    <form onSubmit={onSubmit}>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
        <Textarea
          ref={field}
          label="The plan"
          description="YAML or JSON: a name, and steps with what each needs"
          placeholder={EXAMPLE}
          autosize
          minRows={16}
          maxRows={36}
          spellCheck={false}
          value={text}
          onChange={(event) => change(event.currentTarget.value)}
          styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
        />
        <Stack gap="sm">
          <Section title="What it says">
            <div aria-live="polite">
              {text.trim() === "" && (
                <Text size="sm" c="dimmed">
                  Nothing yet. It is checked as you type; nothing is created before you submit it.
                </Text>
              )}
              {text.trim() !== "" && check.isPending && <Text size="sm">Checking …</Text>}
              {check.data && !check.error && text.trim() !== "" && (
                <>
                  <Checked of={check.data} />
                  <Where said={check.data.document?.workspace} />
                </>
              )}
              {check.error && <Mistakes error={check.error} text={settled} goTo={goTo} />}
            </div>
          </Section>
          {error && !check.error && <ErrorSentence error={error} />}
          <Group>
            <Button type="submit" disabled={!mayRun} loading={isSending}>
              Submit the plan
            </Button>
          </Group>
        </Stack>
      </SimpleGrid>
    </form>
  );
}

const EXAMPLE = `name: morning
steps:
  - id: crawl
    task_type: reddit_crawl
    params: {ticker: NVDA}
  - id: sentiment
    task_type: ai_sentiment
    needs: [crawl]
    params: {ticker: NVDA}
`;

function Checked({ of }: { of: { name: string; steps: number; tasks: number; open_lists: number } }) {
  const tasks = `${count(of.tasks)} ${of.tasks === 1 ? "task" : "tasks"}`;
  return (
    <Group gap="xs" wrap="nowrap" align="flex-start">
      <IconCircleCheck size={18} aria-hidden />
      <Text size="sm">
        {of.name} can run: {count(of.steps)} {of.steps === 1 ? "step" : "steps"}, {tasks}
        {of.open_lists > 0 && `, and those of ${count(of.open_lists)} lists that only earlier results make`}.
      </Text>
    </Group>
  );
}

function Mistakes({ error, text, goTo }: { error: Error; text: string; goTo: (line: number) => void }) {
  const mistakes = error instanceof ApiError ? error.errors : [];
  if (mistakes.length === 0)
    return (
      <Text size="sm" role="alert">
        {sentenceOf(error)}
      </Text>
    );
  return (
    <Stack gap="xs">
      <Text size="sm" fw={600} role="alert">
        {mistakes.length === 1 ? "1 mistake" : `${count(mistakes.length)} mistakes`}
      </Text>
      <List size="sm" spacing={6}>
        {mistakes.map(({ field, message }) => {
          const line = lineOf(text, field);
          return (
            <List.Item key={`${field} ${message}`}>
              {field && <span className="mono">{field}</span>}
              {line && (
                <>
                  {" "}
                  <Anchor component="button" type="button" size="sm" onClick={() => goTo(line)}>
                    line {line}
                  </Anchor>
                </>
              )}
              <Text size="sm" style={{ overflowWrap: "anywhere" }}>
                {message}
              </Text>
            </List.Item>
          );
        })}
      </List>
    </Stack>
  );
}
