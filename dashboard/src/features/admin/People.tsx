import { Button, Group, Select, Stack } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useSession } from "@/api/session";
import { askFirst, openForm } from "@/ui/acting/dialogs";
import { goesOn } from "@/ui/acting/goesOn";
import { useAct } from "@/ui/acting/useAct";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { Status } from "@/ui/Status";
import { type Column, DataTable } from "@/ui/tables/DataTable";
import { Time } from "@/ui/time/Time";
import { AddForm, PasswordForm } from "./PersonForms";
import { steer, USERS, type User, users } from "./queries";
import { ROLES } from "./roles";

/** Who may sign in, and as what. */
export function People() {
  const list = useQuery(users);
  const change = useAct(steer.change, { touches: [[USERS]], says: (_, now) => become(now) });
  if (list.error) return <ErrorSentence error={list.error} again={() => list.refetch()} />;
  const columns: Column<User>[] = [
    { head: "Name", title: true, cell: (user) => user.name },
    { head: "Status", cell: (user) => <Status of={user.disabled_at ? "disabled" : "active"} size="sm" /> },
    {
      head: "Role",
      cell: (user) => (
        <Select
          aria-label={`Role of ${user.name}`}
          data={ROLES}
          value={user.role}
          allowDeselect={false}
          size="xs"
          w={120}
          onChange={(role) =>
            role && role !== user.role && askRole(user, role, () => change.mutate({ id: user.id, role }))
          }
        />
      ),
    },
    { head: "Added", cell: (user) => <Time at={user.created_at} /> },
    { head: "Actions", actions: true, cell: (user) => <PersonActions of={user} /> },
  ];
  return (
    <Stack gap="sm">
      <Group justify="flex-end">
        <Button
          size="compact-md"
          leftSection={<IconPlus size={16} aria-hidden />}
          onClick={() => openForm("Add a person", (close) => <AddForm close={close} />)}
        >
          Add a person
        </Button>
      </Group>
      {list.data && <DataTable label="People" columns={columns} rows={list.data} keyOf={({ id }) => id} />}
    </Stack>
  );
}

function aOf(role: string): string {
  return `${role === "viewer" ? "a" : "an"} ${role}`;
}

function become({ name, role, disabled_at, goes_on }: User): string {
  return `${name} ${disabled_at ? "may not sign in any more" : `is ${aOf(role)}`}.${goesOn(goes_on)}`;
}

function askRole(user: User, role: string, onYes: () => void): void {
  askFirst({
    title: `Make ${user.name} ${aOf(role)}?`,
    says: ROLES.find(({ value }) => value === role)?.says ?? "",
    word: `Make ${role}`,
    grave: role === "admin",
    onYes,
  });
}

function PersonActions({ of }: { of: User }) {
  const me = useSession().data?.user;
  const change = useAct(steer.change, { touches: [[USERS]], says: (_, now) => become(now) });
  const remove = () =>
    askFirst({
      title: `Remove ${of.name}?`,
      says: "They are signed out within two seconds, and their keys are refused. What they did stays in the history. They can be let in again.",
      word: "Remove",
      onYes: () => change.mutate({ id: of.id, disabled: true }),
    });
  return (
    <Group gap={4} justify="flex-end" wrap="nowrap">
      <Button
        size="compact-xs"
        variant="default"
        aria-label={`New password of ${of.name}`}
        onClick={() => openForm(`New password of ${of.name}`, (close) => <PasswordForm of={of} close={close} />)}
      >
        New password
      </Button>
      {of.disabled_at ? (
        <Button
          size="compact-xs"
          variant="default"
          loading={change.isPending}
          onClick={() => change.mutate({ id: of.id, disabled: false })}
        >
          Let in again
        </Button>
      ) : (
        of.name !== me && (
          <Button size="compact-xs" variant="default" aria-label={`Remove ${of.name}`} onClick={remove}>
            Remove
          </Button>
        )
      )}
    </Group>
  );
}
