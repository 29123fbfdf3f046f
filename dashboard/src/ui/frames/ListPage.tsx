import { Anchor, Button, Group, Stack, Text, Title } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import type { UseQueryResult } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ComponentProps, ReactNode } from "react";
import { Empty } from "@/ui/Empty";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { type Column, DataTable } from "@/ui/tables/DataTable";
import { Unreadable } from "@/ui/Unreadable";

interface Props<T> {
  title: string;
  found: UseQueryResult<unknown>;
  /** Of what was found; nothing before it is there. */
  rows: T[] | undefined;
  unreadable?: ComponentProps<typeof Unreadable>["of"];
  columns: Column<T>[];
  keyOf: (row: T) => string | number;
  /** Makes another one; nothing for who may not. */
  create?: ReactNode;
  empty: { title: string; says: ReactNode };
}

/** All things of a kind of which there are some dozens. */
export function ListPage<T>({ title, found, rows, unreadable, columns, keyOf, create, empty }: Props<T>) {
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Title order={1}>{title}</Title>
        {create}
      </Group>
      {found.error && <ErrorSentence error={found.error} again={() => found.refetch()} />}
      <Unreadable of={unreadable} />
      {rows?.length === 0 && (
        <Empty title={empty.title}>
          <Text size="sm">{empty.says}</Text>
        </Empty>
      )}
      {rows && rows.length > 0 && <DataTable label={title} columns={columns} rows={rows} keyOf={keyOf} />}
    </Stack>
  );
}

/** The first column: its name, which leads to its page. */
export function named<T extends { name: string }>(head: string, to: string): Column<T> {
  return {
    head,
    title: true,
    cell: ({ name }) => (
      <Anchor component={Link} to={to} params={{ name } as never} style={{ overflowWrap: "anywhere" }}>
        {name}
      </Anchor>
    ),
  };
}

/** To the form of another one. */
export function NewLink({ to, children }: { to: string; children: ReactNode }) {
  return (
    <Button component={Link} to={to} size="compact-md" leftSection={<IconPlus size={16} aria-hidden />}>
      {children}
    </Button>
  );
}
