import { Button, Group, Loader, Menu, Popover, Select, Stack, Text, Title } from "@mantine/core";
import { IconClock, IconDownload, IconSearch } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useIsMember } from "@/api/session";
import { isEnd, useRefresh } from "@/live/useRefresh";
import { Empty } from "@/ui/Empty";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { TextFilter } from "@/ui/forms/TextFilter";
import { exportAddress, wordOf } from "@/ui/records/kinds";
import { RecordRow } from "@/ui/records/RecordRow";
import { MoreButton } from "@/ui/tables/MoreButton";
import { TimeInput } from "@/ui/time/TimeInput";
import { type RecordFilters, type RecordSearch, route } from "./page";
import { type Kind, kindsQuery, RECORDS, rowsQuery } from "./queries";

const REFRESH_MS = 10_000;

/** What was collected: every kind, with filters, full text and export. */
export function RecordsPage() {
  const search = route.useSearch();
  const { kind: wanted, ...filters } = search;
  const navigate = useNavigate();
  const kinds = useQuery(kindsQuery(filters.workspace));
  const kind = chosenOf(kinds.data ?? [], wanted);
  const list = useInfiniteQuery(rowsQuery(kind?.kind, filters));
  useRefresh([[...RECORDS, "kinds"]], REFRESH_MS, isEnd);

  const go = (changes: RecordSearch) =>
    navigate({ to: "/records", search: { ...search, ...changes } as never, replace: true });
  const rows = list.data?.pages.flatMap((page) => page.records) ?? [];
  // The workspace is chosen for all pages, and left in the header.
  const active = Object.entries(filters).filter(([name, value]) => value && name !== "workspace");

  return (
    <Stack gap="xs">
      <Title order={1}>Records</Title>
      <Group gap="xs" align="flex-end">
        <Select
          label="Kind"
          data={(kinds.data ?? []).map((each) => ({
            value: each.kind,
            label: `${wordOf(each.kind)} (${countOf(each)})`,
          }))}
          value={kind?.kind ?? null}
          onChange={(chosen) => go({ kind: chosen ?? undefined })}
          allowDeselect={false}
          searchable
          size="xs"
          w={240}
        />
        <FilterInputs filters={filters} go={go} />
        {kind && <Export kind={kind.kind} filters={filters} />}
      </Group>
      {filters.task_id && (
        <Group gap="xs">
          <Text size="sm">Only what task {filters.task_id.slice(0, 8)} stored.</Text>
          <Button size="compact-xs" variant="subtle" onClick={() => go({ task_id: undefined })}>
            Show all
          </Button>
        </Group>
      )}
      {(kinds.error ?? list.error) && (
        <ErrorSentence error={kinds.error ?? list.error} again={() => void (kinds.error ? kinds : list).refetch()} />
      )}
      {(kinds.isPending || (kind && list.isPending)) && !list.error && !kinds.error && <Loader aria-label="Loading" />}
      {kind && list.data && rows.length === 0 && (
        <Nothing
          filtered={active.map(([name, value]) => `${name.replace("_", " ")}: ${value}`)}
          clear={() => navigate({ to: "/records", search: { kind: kind.kind } as never, replace: true })}
        />
      )}
      {rows.length > 0 && kind && (
        <ul
          className="records"
          aria-label={`Records: ${wordOf(kind.kind)}`}
          data-dimmed={list.isPlaceholderData || undefined}
        >
          {rows.map((row) => (
            <RecordRow key={keyOf(row)} row={row} time={kind.time} />
          ))}
        </ul>
      )}
      <MoreButton list={list} word="Show older ones" />
    </Stack>
  );
}

/** The one that is asked for; else the first of which there is anything. */
function chosenOf(kinds: Kind[], wanted: string | undefined): Kind | undefined {
  return kinds.find((each) => each.kind === wanted) ?? kinds.find((each) => each.rows > 0) ?? kinds[0];
}

function countOf({ rows, estimated }: Kind): string {
  return `${estimated ? "about " : ""}${rows.toLocaleString("en")}`;
}

function keyOf(row: Record<string, unknown>): string {
  return JSON.stringify(row, (name, value) => (name === "raw" ? undefined : value));
}

function FilterInputs({ filters, go }: { filters: RecordFilters; go: (changes: RecordSearch) => void }) {
  const narrowed = Boolean(filters.since || filters.until);
  return (
    <>
      <TextFilter
        label="Words"
        data-search
        leftSection={<IconSearch size={14} aria-hidden />}
        value={filters.text}
        onChange={(text) => go({ text })}
        miw={140}
        flex={1}
        maw={300}
      />
      <TextFilter label="Ticker" value={filters.ticker} onChange={(ticker) => go({ ticker })} w={110} />
      <Popover position="bottom" withArrow shadow="md" trapFocus>
        <Popover.Target>
          <Button size="xs" variant={narrowed ? "light" : "default"} leftSection={<IconClock size={14} aria-hidden />}>
            {narrowed ? "Some time" : "Any time"}
          </Button>
        </Popover.Target>
        <Popover.Dropdown>
          <Stack gap="xs">
            <TimeInput
              size="xs"
              label="From"
              value={filters.since ?? null}
              onChange={(since) => go({ since: since ?? undefined })}
            />
            <TimeInput
              size="xs"
              label="Until"
              value={filters.until ?? null}
              onChange={(until) => go({ until: until ?? undefined })}
            />
          </Stack>
        </Popover.Dropdown>
      </Popover>
    </>
  );
}

function Export({ kind, filters }: { kind: string; filters: RecordFilters }) {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button size="xs" variant="default" leftSection={<IconDownload size={14} aria-hidden />}>
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>All that match, as a file</Menu.Label>
        {(["csv", "json", "ndjson"] as const).map((format) => (
          <Menu.Item key={format} component="a" href={exportAddress(kind, filters, format)} download>
            {format.toUpperCase()}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function Nothing({ filtered, clear }: { filtered: string[]; clear: () => void }) {
  const isMember = useIsMember();
  if (filtered.length === 0)
    return (
      <Empty title="Nothing of this kind has been collected yet">
        {!isMember && (
          <Button component={Link} to="/coverage">
            See what can be collected
          </Button>
        )}
      </Empty>
    );
  return (
    <Empty title="No row matches">
      <Text size="sm" c="dimmed">
        {filtered.join(" · ")}
      </Text>
      <Button variant="default" onClick={clear}>
        Clear all filters
      </Button>
    </Empty>
  );
}
