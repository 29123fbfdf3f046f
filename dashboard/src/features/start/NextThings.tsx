import { Anchor, Code, Group, Stack, Text, ThemeIcon } from "@mantine/core";
import { IconCheck, IconCircle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { CopyButton } from "@/ui/acting/CopyButton";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { Section } from "@/ui/Section";
import { progress } from "./queries";

const SHOWN = 3;

interface Thing {
  done: boolean;
  title: string;
  how: ReactNode;
}

/** The next three things to do; gone when all are done. */
export function NextThings() {
  const found = useQuery(progress);
  if (found.error) return <ErrorSentence error={found.error} again={() => found.refetch()} />;
  if (!found.data) return null;
  const { worker, task, tickers, agent } = found.data;
  const things: Thing[] = [
    {
      done: worker,
      title: "Have a worker do the work",
      how: (
        <>
          On any machine: <Command text="clawdbot start" /> with a key, or the join code of{" "}
          <Command text="clawdbot workers invite" />
        </>
      ),
    },
    {
      done: task,
      title: "Create a first task",
      how: (
        <>
          <Anchor component={Link} to="/submit" size="sm">
            New task
          </Anchor>
          : say it in words, for example "latest 10-K for $NVDA"
        </>
      ),
    },
    {
      done: tickers,
      title: "Say which tickers matter",
      how: (
        <>
          Add one: <Command text="clawdbot tickers add NVDA" />
        </>
      ),
    },
    {
      done: agent,
      title: "Let the agent collect by itself",
      how: (
        <>
          Within its budget: <Command text="clawdbot agent resume" />
        </>
      ),
    },
  ];
  if (things.every(({ done }) => done)) return null;
  const done = things.filter((each) => each.done);
  const next = things.filter((each) => !each.done).slice(0, SHOWN);
  return (
    <Section title="What to do next">
      {[...done, ...next].map((thing) => (
        <Group key={thing.title} gap="sm" wrap="nowrap" align="flex-start">
          <ThemeIcon variant={thing.done ? "light" : "default"} size="sm" radius="xl" mt={1}>
            {thing.done ? <IconCheck size={14} aria-label="done" /> : <IconCircle size={10} aria-label="to do" />}
          </ThemeIcon>
          <Stack gap={0}>
            <Text size="sm" fw={600} c={thing.done ? "dimmed" : undefined}>
              {thing.title}
            </Text>
            {!thing.done && (
              <Text size="sm" component="div">
                {thing.how}
              </Text>
            )}
          </Stack>
        </Group>
      ))}
    </Section>
  );
}

function Command({ text }: { text: string }) {
  return (
    <Group component="span" display="inline-flex" gap={2} style={{ verticalAlign: "middle" }}>
      <Code>{text}</Code>
      <CopyButton text={text} label={`Copy ${text}`} />
    </Group>
  );
}
