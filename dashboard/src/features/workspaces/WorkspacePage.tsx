import { Anchor, Button, Group, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMay } from "@/api/session";
import { type Member, steerWorkspace, WORKSPACES, type WorkspaceDetail, workspace } from "@/api/workspaces";
import { askFirst, openForm } from "@/ui/acting/dialogs";
import { useAct } from "@/ui/acting/useAct";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { Facts } from "@/ui/Facts";
import { Section } from "@/ui/Section";
import { type Column, DataTable } from "@/ui/tables/DataTable";
import { Time } from "@/ui/time/Time";
import { LimitsForm } from "./LimitsForm";
import { MemberForm } from "./MemberForm";
import { oneRoute } from "./page";
import { usageOf } from "./usage";

/** One workspace: what it may, what it uses of that, and who belongs to it. */
export function WorkspacePage() {
  const { name } = oneRoute.useParams();
  const found = useQuery(workspace(name));
  const may = useMay();
  const shown = found.data;
  return (
    <Stack gap="sm">
      <Anchor component={Link} to="/workspaces" size="sm">
        ← Workspaces
      </Anchor>
      <Group gap="sm">
        <Title order={1} style={{ overflowWrap: "anywhere" }}>
          {name}
        </Title>
        {may.administer && shown && (
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => openForm(`Limits of ${name}`, (close) => <LimitsForm of={shown} close={close} />)}
          >
            Change limits
          </Button>
        )}
        <Anchor component={Link} to="/tasks" search={{ workspace: name } as never} size="sm">
          Its tasks
        </Anchor>
      </Group>
      {found.error && <ErrorSentence error={found.error} again={() => found.refetch()} />}
      {shown?.description && <Text>{shown.description}</Text>}
      {shown && <Used of={shown} />}
      {shown && <Members of={shown} mayChange={may.administer} />}
    </Stack>
  );
}

function Used({ of }: { of: WorkspaceDetail }) {
  const { open, hour, day } = usageOf(of);
  return (
    <Section title="What it uses">
      <Facts
        of={[
          ["Open tasks", open],
          ["New in the last hour", hour],
          ["Cost of the last day", day],
          ["Weight", String(of.weight)],
          ["Workers", of.own_workers ? "only those that are for it by name" : "also those that serve all"],
        ]}
      />
    </Section>
  );
}

function Members({ of, mayChange }: { of: WorkspaceDetail; mayChange: boolean }) {
  const columns: Column<Member>[] = [
    { head: "Name", title: true, cell: ({ user }) => user },
    { head: "Role", cell: ({ role }) => role },
    { head: "Since", cell: ({ since }) => <Time at={since} /> },
  ];
  if (mayChange) columns.push({ head: "Actions", actions: true, cell: (one) => <Leave of={one} from={of.name} /> });
  return (
    <Section title="Members">
      <Stack gap="xs">
        <Text size="sm" c="dimmed">
          {of.members.length
            ? "They see their workspaces and nothing else."
            : "It has no members: whoever belongs to no workspace sees it."}
        </Text>
        {of.members.length > 0 && (
          <DataTable label="Members" columns={columns} rows={of.members} keyOf={({ user_id }) => user_id} />
        )}
        {mayChange && (
          <Group>
            <Button
              size="compact-sm"
              variant="default"
              onClick={() => openForm(`New member of ${of.name}`, (close) => <MemberForm of={of.name} close={close} />)}
            >
              Add a member
            </Button>
          </Group>
        )}
      </Stack>
    </Section>
  );
}

function Leave({ of, from }: { of: Member; from: string }) {
  const leave = useAct(steerWorkspace.leave, { touches: [[WORKSPACES]] });
  return (
    <Button
      size="compact-xs"
      variant="default"
      aria-label={`Take ${of.user} out`}
      onClick={() =>
        askFirst({
          title: `Take ${of.user} out of ${from}?`,
          says: "They are signed out. If it was their only workspace, they see nothing until an admin says otherwise.",
          word: "Take out",
          onYes: () => leave.mutate({ name: from, user: of.user_id }),
        })
      }
    >
      Take out
    </Button>
  );
}
