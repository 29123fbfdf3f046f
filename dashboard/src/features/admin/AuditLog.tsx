import { Anchor, Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { basePath } from "@/api/client";
import { Empty } from "@/ui/Empty";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { type Column, DataTable } from "@/ui/tables/DataTable";
import { MoreButton } from "@/ui/tables/MoreButton";
import { Time } from "@/ui/time/Time";
import { TimeInput } from "@/ui/time/TimeInput";
import { auditLog, auditQuery, type Entry } from "./queries";
import type { AdminFilters } from "./search";

interface Props {
  filters: AdminFilters;
  narrow: (filters: AdminFilters) => void;
}

const COLUMNS: Column<Entry>[] = [
  { head: "When", cell: (each) => <Time at={each.at} show="date" /> },
  { head: "Who", cell: (each) => each.actor },
  { head: "What", cell: (each) => each.action },
  { head: "Of what", cell: (each) => each.object || <span className="dim">–</span> },
  { head: "Details", cell: (each) => <span className="mono">{detailsOf(each)}</span> },
];

/** Who did what, the newest first. */
export function AuditLog({ filters, narrow }: Props) {
  const log = useInfiniteQuery(auditLog(filters));
  const entries = log.data?.pages.flatMap((page) => page.entries) ?? [];
  return (
    <Stack gap="sm">
      <Filters filters={filters} narrow={narrow} />
      {log.error && <ErrorSentence error={log.error} again={() => log.refetch()} />}
      {log.data && entries.length === 0 ? (
        <Empty title="No line matches">
          <Button variant="default" onClick={() => narrow({ tab: "audit" })}>
            Clear all filters
          </Button>
        </Empty>
      ) : (
        <DataTable
          label="Audit log"
          columns={COLUMNS}
          rows={entries}
          keyOf={({ id }) => id}
          dimmed={log.isPlaceholderData}
        />
      )}
      <MoreButton list={log} word="Older lines" />
    </Stack>
  );
}

function detailsOf({ details }: Entry): string {
  const said = Object.entries(details).filter(([, value]) => value !== null);
  return said
    .map(([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(", ");
}

function Filters({ filters, narrow }: Props) {
  const [entered, setEntered] = useState(filters);
  useEffect(() => setEntered(filters), [filters]);
  const text = (name: "actor" | "action" | "object", label: string, placeholder: string) => (
    <TextInput
      label={label}
      placeholder={placeholder}
      size="xs"
      w={150}
      value={entered[name] ?? ""}
      onChange={(event) => setEntered({ ...entered, [name]: event.currentTarget.value || undefined })}
    />
  );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        narrow({ ...entered, tab: "audit" });
      }}
    >
      <Group gap="xs" align="flex-end">
        {text("actor", "Who", "human:anna")}
        {text("action", "What", "worker, or user.change")}
        {text("object", "Of what", "an id or a name")}
        <TimeInput
          size="xs"
          label="From"
          value={entered.since ?? null}
          onChange={(since) => setEntered({ ...entered, since: since ?? undefined })}
        />
        <TimeInput
          size="xs"
          label="Until"
          value={entered.until ?? null}
          onChange={(until) => setEntered({ ...entered, until: until ?? undefined })}
        />
        <Button type="submit" size="xs">
          Filter
        </Button>
        <Anchor href={exportAddress(filters)} download size="sm">
          <Group gap={4} wrap="nowrap" pb={5}>
            <IconDownload size={14} aria-hidden />
            <Text size="sm">As CSV</Text>
          </Group>
        </Anchor>
      </Group>
    </form>
  );
}

function exportAddress(filters: AdminFilters): string {
  const given = Object.entries(auditQuery(filters)).filter((each): each is [string, string] => each[1] !== undefined);
  return `${basePath}/api/v1/audit/export?${new URLSearchParams([...given, ["format", "csv"]])}`;
}
