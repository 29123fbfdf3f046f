import { Group } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMay } from "@/api/session";
import { ListPage, NewLink, named } from "@/ui/frames/ListPage";
import { Status } from "@/ui/Status";
import type { Column } from "@/ui/tables/DataTable";
import { Time } from "@/ui/time/Time";
import { type Trigger, triggers } from "./queries";

const COLUMNS: Column<Trigger>[] = [
  named("Trigger", "/triggers/$name"),
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
    <ListPage
      title="Triggers"
      found={found}
      rows={found.data?.triggers}
      unreadable={found.data?.unreadable}
      columns={COLUMNS}
      keyOf={({ id }) => id}
      create={may.operate && <NewLink to="/trigger">New trigger</NewLink>}
      empty={{
        title: "Nothing begins by itself yet",
        says: "A trigger creates a task or a plan when somebody calls its address, a task fails, a filing comes …",
      }}
    />
  );
}
