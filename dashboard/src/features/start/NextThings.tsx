import { Anchor, Group, Stack, Text, ThemeIcon } from "@mantine/core";
import { IconCheck, IconCircle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useMay } from "@/api/session";
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
  const may = useMay();
  if (found.error) return <ErrorSentence error={found.error} again={() => found.refetch()} />;
  if (!found.data) return null;
  const { worker, task, tickers, agent } = found.data;
  const things: Thing[] = [
    {
      done: worker,
      title: "Have a worker do the work",
      how: (
        <GoTo to="/workers" word="Invite one" then="it makes the line to run on any machine" offered={may.administer} />
      ),
    },
    {
      done: task,
      title: "Create a first task",
      how: (
        <GoTo
          to="/submit"
          word="New task"
          then={'say it in words, for example "latest 10-K for $NVDA"'}
          offered={may.operate}
        />
      ),
    },
    {
      done: tickers,
      title: "Say which tickers matter",
      how: <GoTo to="/tickers" word="Add tickers" then="paste a list of any length" offered={may.operate} />,
    },
    {
      done: agent,
      title: "Let the agent collect by itself",
      how: <GoTo to="/agent" word="Switch it on" then="it stays within its budget" offered={may.operate} />,
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
            {!thing.done && thing.how}
          </Stack>
        </Group>
      ))}
    </Section>
  );
}

interface Going {
  to: string;
  word: string;
  then: string;
  /** Whether whoever looks may do it; others are told who may. */
  offered: boolean;
}

function GoTo({ to, word, then, offered }: Going) {
  if (!offered) return <Text size="sm">Somebody with more rights than yours does this.</Text>;
  return (
    <Text size="sm">
      <Anchor component={Link} to={to} size="sm" underline="always">
        {word}
      </Anchor>
      : {then}
    </Text>
  );
}
