import { Anchor, Button, Group, Stack, Text, Title } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMay } from "@/api/session";
import { Empty } from "@/ui/Empty";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { Status } from "@/ui/Status";
import { type Column, DataTable } from "@/ui/tables/DataTable";
import { Time } from "@/ui/time/Time";
import { Unreadable } from "@/ui/Unreadable";
import { type Trigger, triggers } from "./queries";

const COLUMNS: Column<Trigger>[] = [
  {
    head: "Trigger",
    title: true,
    cell: ({ name }) => (
      <Anchor component={Link} to="/triggers/$name" params={{ name } as never} style={{ overflowWrap: "anywhere" }}>
        {name}
      </Anchor>
    ),
  },
  { head: "State", cell: ({ state }) => <Status of={state} size="sm" /> },
  { head: "When", cell: ({ when }) => when },
  { head: "Does", cell: ({ does }) => does },
  {
    head: "Came last",
    cell: ({ last_delivery }) =>
      last_delivery ? (
        <Group gap={6}>
          <Status of={last_delivery.outcome} size="sm" /> <Time at={last_delivery.created_at} />
        </Group>
      ) : (
        "nothing yet"
      ),
  },
];

/** What begins because something happened. */
export function TriggersPage() {
  const may = useMay();
  const found = useQuery(triggers);
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Title order={1}>Triggers</Title>
        {may.operate && (
          <Button component={Link} to="/trigger" size="compact-md" leftSection={<IconPlus size={16} aria-hidden />}>
            New trigger
          </Button>
        )}
      </Group>
      {found.error && <ErrorSentence error={found.error} again={() => found.refetch()} />}
      <Unreadable of={found.data?.unreadable} />
      {found.data?.triggers.length === 0 && (
        <Empty title="Nothing begins by itself yet">
          <Text size="sm">
            A trigger creates a task or a plan when somebody calls its address, a task fails, a filing comes …
          </Text>
        </Empty>
      )}
      {found.data && found.data.triggers.length > 0 && (
        <DataTable label="Triggers" columns={COLUMNS} rows={found.data.triggers} keyOf={({ id }) => id} />
      )}
    </Stack>
  );
}
