import { Anchor, Group } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMay } from "@/api/session";
import { useWorkspace } from "@/app/root";
import { ListPage, NewLink } from "@/ui/frames/ListPage";
import { Status } from "@/ui/Status";
import type { Column } from "@/ui/tables/DataTable";
import { Time } from "@/ui/time/Time";
import { addressOf, type Trigger, triggers } from "./queries";

const COLUMNS: Column<Trigger>[] = [
  {
    head: "Trigger",
    title: true,
    cell: (trigger) => (
      <>
        <Anchor
          component={Link}
          to="/triggers/$name"
          params={{ name: addressOf(trigger) } as never}
          style={{ overflowWrap: "anywhere" }}
        >
          {trigger.name}
        </Anchor>
        {trigger.workspace !== "default" && <span className="dim"> in {trigger.workspace}</span>}
      </>
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
  const found = useQuery(triggers(useWorkspace()));
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
