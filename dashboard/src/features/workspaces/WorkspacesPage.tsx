import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useMay } from "@/api/session";
import { type Workspace, workspaces } from "@/api/workspaces";
import { openForm } from "@/ui/acting/dialogs";
import { ListPage, named } from "@/ui/frames/ListPage";
import type { Column } from "@/ui/tables/DataTable";
import { LimitsForm } from "./LimitsForm";
import { usageOf } from "./usage";

const COLUMNS: Column<Workspace>[] = [
  named("Workspace", "/workspaces/$name"),
  { head: "Description", cell: ({ description }) => description || "–" },
  { head: "Open tasks", right: true, cell: (one) => usageOf(one).open },
  { head: "Last hour", right: true, cell: (one) => usageOf(one).hour },
  { head: "Last day", right: true, cell: (one) => usageOf(one).day },
  { head: "Weight", right: true, cell: ({ weight }) => weight },
];

/** Teams that share this ClawdBot, and how much of their limits they use. */
export function WorkspacesPage() {
  const may = useMay();
  const found = useQuery(workspaces);
  return (
    <ListPage
      title="Workspaces"
      found={found}
      rows={found.data}
      columns={COLUMNS}
      keyOf={({ name }) => name}
      create={may.administer && <NewButton />}
      empty={{
        title: "No workspaces yet",
        says: "All is in the default one: without limits, and seen by everybody.",
      }}
    />
  );
}

function NewButton() {
  return (
    <Button
      size="compact-md"
      leftSection={<IconPlus size={16} aria-hidden />}
      onClick={() => openForm("New workspace", (close) => <LimitsForm close={close} />)}
    >
      New workspace
    </Button>
  );
}
