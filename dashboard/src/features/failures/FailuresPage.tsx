import { Button, Group, SegmentedControl, Select, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useIsMember } from "@/api/session";
import { useRefresh } from "@/live/useRefresh";
import { Empty } from "@/ui/Empty";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { Group as FailureGroup } from "./Group";
import { route } from "./page";
import { changesGroups, FAILURES, failures } from "./queries";
import { type FailureFilters, SINCE, STATES } from "./search";

const LABELS = { hour: "Last hour", day: "Last day", week: "Last week" };
const STATE_LABELS = { open: "Open", resolved: "Resolved", muted: "Muted" };

/** What failed and is still failed, by what it failed of. */
export function FailuresPage() {
  const filters = route.useSearch();
  const navigate = useNavigate();
  const isMember = useIsMember();
  const found = useQuery(failures(filters));
  useRefresh([FAILURES], 2_000, changesGroups);
  const all = found.data?.groups ?? [];
  const shown = all.filter((each) => !filters.type || each.task_type === filters.type);
  const tasks = shown.reduce((count, each) => count + each.count, 0);
  const narrow = (changed: FailureFilters) => navigate({ to: "/failures", search: changed as never, replace: true });
  return (
    <Stack gap="sm">
      <Group gap="sm" align="baseline">
        <Title order={1}>Failures</Title>
        {found.data && (
          <Text size="sm" c="dimmed">
            {tasks.toLocaleString("en")} failed, of {shown.length} {shown.length === 1 ? "cause" : "causes"}
          </Text>
        )}
      </Group>
      <Group gap="xs">
        {!isMember && (
          <SegmentedControl
            aria-label="State"
            size="xs"
            data={STATES.map((value) => ({ value, label: STATE_LABELS[value] }))}
            value={filters.state ?? "open"}
            onChange={(state) => narrow({ ...filters, state: state === "open" ? undefined : (state as "muted") })}
          />
        )}
        <SegmentedControl
          aria-label="Seen in the"
          size="xs"
          data={[...SINCE.map((value) => ({ value, label: LABELS[value] })), { value: "all", label: "All" }]}
          value={filters.since ?? "all"}
          onChange={(since) => narrow({ ...filters, since: since === "all" ? undefined : (since as "day") })}
        />
        <Select
          aria-label="Type"
          placeholder="Any type"
          data={[...new Set(all.map((each) => each.task_type))].sort()}
          value={filters.type ?? null}
          onChange={(type) => narrow({ ...filters, type: type ?? undefined })}
          clearable
          size="xs"
          w={170}
        />
      </Group>
      {found.error && <ErrorSentence error={found.error} again={() => found.refetch()} />}
      {found.data && shown.length === 0 && <Nothing filters={filters} narrow={narrow} />}
      <Stack gap="sm" opacity={found.isPlaceholderData ? 0.5 : 1}>
        {shown.map((each) => (
          <FailureGroup key={each.cause} group={each} />
        ))}
      </Stack>
    </Stack>
  );
}

function Nothing({ filters, narrow }: { filters: FailureFilters; narrow: (filters: FailureFilters) => void }) {
  const filtered = filters.since || filters.type || filters.state;
  return (
    <Empty title={filtered ? "No failed task matches" : "Nothing is failed. Well done."}>
      {filtered ? (
        <Button variant="default" onClick={() => narrow({})}>
          Clear all filters
        </Button>
      ) : (
        <Button component={Link} to="/tasks" variant="default">
          See all tasks
        </Button>
      )}
    </Empty>
  );
}
