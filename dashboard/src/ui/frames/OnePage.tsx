import { Alert, Anchor, Group, Stack, Text, Title } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { Status } from "@/ui/Status";
import { Time } from "@/ui/time/Time";

interface Props<T> {
  /** The list that it is in. */
  list: { to: string; word: string };
  /** What to call it as long as its name is not known. */
  kind: string;
  found: UseQueryResult<T>;
  children: (one: T) => ReactNode;
}

/** One thing with a page of its own, below a way back to all of them. */
export function OnePage<T>({ list, kind, found, children }: Props<T>) {
  return (
    <Stack gap="sm">
      <Anchor component={Link} to={list.to} size="sm">
        ← {list.word}
      </Anchor>
      {found.data === undefined ? (
        <>
          <Title order={1}>{kind}</Title>
          {found.error && <ErrorSentence error={found.error} again={() => found.refetch()} />}
        </>
      ) : (
        children(found.data)
      )}
    </Stack>
  );
}

interface HeadProps {
  of: { name: string; state: string; note: string; definition: { description?: string } };
  /** Its note says that something is wrong. */
  isGrave?: boolean;
}

/** Of what works when nobody is there: its name, whether it does, and what is said about it. */
export function Head({ of: { name, state, note, definition }, isGrave = false }: HeadProps) {
  return (
    <>
      <Group gap="sm">
        <Title order={1} style={{ overflowWrap: "anywhere" }}>
          {name}
        </Title>
        <Status of={state} />
      </Group>
      {definition.description && <Text>{definition.description}</Text>}
      {note && (
        <Alert color={isGrave ? "red" : "yellow"} variant="light">
          {note}
        </Alert>
      )}
    </>
  );
}

export function Changed({ of: { changed_at, changed_by } }: { of: { changed_at: string; changed_by: string } }) {
  return (
    <>
      <Time at={changed_at} /> by {changed_by}
    </>
  );
}
