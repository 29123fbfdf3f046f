import { Button, Checkbox, Group, Select, Stack, Text, TextInput } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { askFirst, openForm } from "@/ui/acting/dialogs";
import { useAct } from "@/ui/acting/useAct";
import { Empty } from "@/ui/Empty";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { Status } from "@/ui/Status";
import { type Column, DataTable } from "@/ui/tables/DataTable";
import { MoreButton } from "@/ui/tables/MoreButton";
import { Time } from "@/ui/time/Time";
import { KeyForm } from "./KeyForm";
import { KEYS, type Key, keyList, steer } from "./queries";
import { type AdminFilters, KEY_KINDS } from "./search";

interface Props {
  filters: AdminFilters;
  narrow: (filters: AdminFilters) => void;
}

/** Keys of workers, people and services; without their secrets, which nobody can read again. */
export function Keys({ filters, narrow }: Props) {
  const list = useInfiniteQuery(keyList(filters));
  const keys = list.data?.pages.flatMap((page) => page.keys) ?? [];
  return (
    <Stack gap="sm">
      <Group justify="space-between" gap="xs">
        <Group gap="xs">
          <Select
            aria-label="Kind"
            placeholder="Any kind"
            data={[...KEY_KINDS]}
            value={filters.kind ?? null}
            onChange={(kind) => narrow({ ...filters, kind: (kind as AdminFilters["kind"]) ?? undefined })}
            clearable
            size="xs"
            w={120}
          />
          <TextInput
            aria-label="Owner"
            placeholder="Owner, in full"
            size="xs"
            w={150}
            defaultValue={filters.owner ?? ""}
            onBlur={(event) => narrow({ ...filters, owner: event.currentTarget.value.trim() || undefined })}
            onKeyDown={(event) => event.key === "Enter" && event.currentTarget.blur()}
          />
          <Checkbox
            label="Also ended ones"
            size="xs"
            checked={filters.ended ?? false}
            onChange={(event) => narrow({ ...filters, ended: event.currentTarget.checked || undefined })}
          />
        </Group>
        <Button
          size="compact-md"
          leftSection={<IconPlus size={16} aria-hidden />}
          onClick={() => openForm("New key", (close) => <KeyForm close={close} />)}
        >
          New key
        </Button>
      </Group>
      {list.error && <ErrorSentence error={list.error} again={() => list.refetch()} />}
      {list.data && keys.length === 0 ? (
        <Empty title="No key matches">
          <Button variant="default" onClick={() => narrow({ tab: "keys" })}>
            Clear all filters
          </Button>
        </Empty>
      ) : (
        <KeyTable keys={keys} dimmed={list.isPlaceholderData} />
      )}
      <MoreButton list={list} word="Older ones" />
    </Stack>
  );
}

function KeyTable({ keys, dimmed }: { keys: Key[]; dimmed: boolean }) {
  const revoke = useAct(steer.revokeKey, { touches: [[KEYS]], says: (id) => `The key ${id} is revoked.` });
  const ask = (key: Key) =>
    askFirst({
      title: `Revoke the key ${key.id}?`,
      says: `Whatever uses it (${key.owner}: ${key.label || key.kind}) is refused within two seconds. It cannot be undone.`,
      word: "Revoke",
      onYes: () => revoke.mutate(key.id),
    });
  const columns: Column<Key>[] = [
    { head: "Key", title: true, cell: (key) => <span className="mono">{key.id}</span> },
    { head: "Status", cell: (key) => <Status of={key.status} size="sm" /> },
    { head: "Kind", cell: (key) => key.kind },
    { head: "Owner", cell: (key) => key.owner },
    { head: "For", cell: (key) => key.label || <span className="dim">–</span> },
    { head: "Made", cell: (key) => <Time at={key.created_at} /> },
    { head: "Ends", cell: (key) => (key.expires_at ? <Time at={key.expires_at} /> : "never") },
    {
      head: "Last used",
      cell: (key) => (
        <Text size="sm" component="div">
          <Time at={key.last_used_at} />
          {key.last_address && <span className="dim"> {key.last_address}</span>}
        </Text>
      ),
    },
    {
      head: "Actions",
      actions: true,
      cell: (key) =>
        key.status === "valid" && (
          <Button size="compact-xs" variant="default" aria-label={`Revoke ${key.id}`} onClick={() => ask(key)}>
            Revoke
          </Button>
        ),
    },
  ];
  return <DataTable label="Keys" columns={columns} rows={keys} keyOf={({ id }) => id} dimmed={dimmed} />;
}
