import { Badge, Button, Group, Text } from "@mantine/core";
import { type PersonSession, SESSIONS, steerSession } from "@/api/people";
import { askFirst } from "@/ui/acting/dialogs";
import { useAct } from "@/ui/acting/useAct";
import { Time } from "@/ui/time/Time";
import { browserOf } from "./browserOf";
import { type Column, DataTable } from "./DataTable";

/** Where people are signed in. */
export function SessionTable({ sessions, withPeople }: { sessions: PersonSession[]; withPeople: boolean }) {
  const revoke = useAct(steerSession.revoke, { touches: [[SESSIONS]], says: () => "The session is over." });
  const ask = (each: PersonSession) =>
    askFirst({
      title: `Revoke this session of ${each.user}?`,
      says: "Within two seconds that browser is asked to sign in again. What was typed there stays.",
      word: "Revoke",
      onYes: () => revoke.mutate(each.id),
    });
  const columns: Column<PersonSession>[] = [
    {
      head: "Browser",
      title: true,
      cell: (each) => (
        <Group gap={6}>
          <Text size="sm" title={each.user_agent}>
            {browserOf(each.user_agent)}
          </Text>
          {each.current && (
            <Badge variant="default" size="sm" tt="none">
              this one
            </Badge>
          )}
        </Group>
      ),
    },
    { head: "From", cell: (each) => each.address || "–" },
    { head: "Signed in", cell: (each) => <Time at={each.created_at} /> },
    { head: "Last used", cell: (each) => <Time at={each.acted_at} /> },
    { head: "Ends", cell: (each) => <Time at={each.expires_at} /> },
    {
      head: "Actions",
      actions: true,
      cell: (each) =>
        !each.current && (
          <Button size="compact-xs" variant="default" onClick={() => ask(each)}>
            Revoke
          </Button>
        ),
    },
  ];
  if (withPeople) columns.unshift({ head: "Person", cell: (each) => each.user });
  return <DataTable label="Sessions" columns={columns} rows={sessions} keyOf={({ id }) => id} />;
}
