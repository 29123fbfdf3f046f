import { Anchor, Button, Group, Stack, Text, Title } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMay } from "@/api/session";
import { type Workspace, workspaces } from "@/api/workspaces";
import { openForm } from "@/ui/acting/dialogs";
import { Empty } from "@/ui/Empty";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { type Column, DataTable } from "@/ui/tables/DataTable";
import { LimitsForm } from "./LimitsForm";
import { usageOf } from "./usage";

const COLUMNS: Column<Workspace>[] = [
  {
    head: "Workspace",
    title: true,
    cell: ({ name }) => (
      <Anchor component={Link} to="/workspaces/$name" params={{ name } as never} style={{ overflowWrap: "anywhere" }}>
        {name}
      </Anchor>
    ),
  },
  { head: "Description", cell: ({ description }) => description || "–" },
  { head: "Open tasks", right: true, cell: (one) => usageOf(one).open },
  { head: "Last hour", right: true, cell: (one) => usageOf(one).hour },
  { head: "Last day", right: true, cell: (one) => usageOf(one).day },
  { head: "Weight", right: true, cell: ({ weight }) => weight },
];

/** Teams that share this ClawdBot, and how much of their limits they use. */
export function WorkspacesPage() {
  const found = useQuery(workspaces);
  const may = useMay();
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Title order={1}>Workspaces</Title>
        {may.administer && (
          <Button
            size="compact-md"
            leftSection={<IconPlus size={16} aria-hidden />}
            onClick={() => openForm("New workspace", (close) => <LimitsForm close={close} />)}
          >
            New workspace
          </Button>
        )}
      </Group>
      {found.error && <ErrorSentence error={found.error} again={() => found.refetch()} />}
      {found.data?.length === 0 && (
        <Empty title="No workspaces yet">
          <Text size="sm">All is in the default one: without limits, and seen by everybody.</Text>
        </Empty>
      )}
      {found.data && found.data.length > 0 && (
        <DataTable label="Workspaces" columns={COLUMNS} rows={found.data} keyOf={({ name }) => name} />
      )}
    </Stack>
  );
}
