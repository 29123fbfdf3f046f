import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type Invitation, invitations, steerWorker, WORKERS } from "@/api/workers";
import { askFirst } from "@/ui/acting/dialogs";
import { useAct } from "@/ui/acting/useAct";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { Section } from "@/ui/Section";
import { Status } from "@/ui/Status";
import { Names } from "@/ui/tables/Cells";
import { type Column, DataTable } from "@/ui/tables/DataTable";
import { Time } from "@/ui/time/Time";
import { Served, useTellsServed } from "./Served";

/** Join codes and what became of them; without the codes, which nobody can read again. */
export function Invitations() {
  const list = useQuery(invitations);
  const withdraw = useAct(steerWorker.withdraw, {
    touches: [[WORKERS, "invitations"]],
    says: () => "The join code is withdrawn.",
  });
  const tellsServed = useTellsServed(list.data ?? []);
  if (list.error) return <ErrorSentence error={list.error} again={() => list.refetch()} />;
  if (!list.data?.length) return null;
  const ask = (each: Invitation) =>
    askFirst({
      title: "Withdraw this join code?",
      says: "Whoever has the code cannot join with it any more. A new one can be made at any time.",
      word: "Withdraw",
      onYes: () => withdraw.mutate(each.id),
    });
  const columns: Column<Invitation>[] = [
    { head: "Status", cell: (each) => <Status of={each.status} size="sm" /> },
    { head: "For", cell: (each) => each.name ?? <span className="dim">any machine</span> },
    { head: "Capabilities", cell: (each) => <Names of={each.capabilities} /> },
    ...(tellsServed ? [{ head: "To serve", cell: (each: Invitation) => <Served of={each} /> }] : []),
    { head: "By", cell: (each) => each.created_by },
    { head: "Made", cell: (each) => <Time at={each.created_at} /> },
    { head: "Used or ends", cell: (each) => <Time at={each.used_at ?? each.expires_at} /> },
    {
      head: "Actions",
      actions: true,
      cell: (each) =>
        each.status === "open" && (
          <Button size="compact-xs" variant="default" onClick={() => ask(each)}>
            Withdraw
          </Button>
        ),
    },
  ];
  return (
    <Section title="Invitations">
      <DataTable label="Invitations" columns={columns} rows={list.data} keyOf={({ id }) => id} />
    </Section>
  );
}
