import { Button, Group, SegmentedControl, Select, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { IconPlus, IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMay } from "@/api/session";
import { WORKERS, type Worker, workerActivity, workerList } from "@/api/workers";
import { useRefresh } from "@/live/useRefresh";
import { openForm } from "@/ui/acting/dialogs";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { TextFilter } from "@/ui/forms/TextFilter";
import { lookOf } from "@/ui/statuses";
import { Invitations } from "./Invitations";
import { InviteForm } from "./InviteForm";
import { Nothing } from "./Nothing";
import { route } from "./page";
import { useTellsServed } from "./Served";
import { matching, STATES, type WorkerFilters } from "./search";
import { WorkerCard } from "./WorkerCard";
import { WorkerTable } from "./WorkerTable";

/** The fleet: who is there, what they do, and how well. */
export function WorkersPage() {
  const filters = route.useSearch();
  const navigate = useNavigate();
  const may = useMay();
  const list = useQuery(workerList);
  const activity = useQuery(workerActivity).data;
  useRefresh([[WORKERS, "list"]], 1_500);
  const workers = list.data ?? [];
  const shown = matching(workers, filters);
  const tellsServed = useTellsServed(workers);
  const narrow = (changed: WorkerFilters) => navigate({ to: "/workers", search: changed as never, replace: true });
  const invite = () => openForm("Invite a worker", (close) => <InviteForm close={close} />);
  return (
    <Stack gap="sm">
      <Group justify="space-between" wrap="nowrap">
        <Group gap="sm" align="baseline">
          <Title order={1}>Workers</Title>
          {list.data && (
            <Text c="dimmed" size="sm">
              {inWords(workers)}
            </Text>
          )}
        </Group>
        {may.administer && (
          <Button leftSection={<IconPlus size={16} aria-hidden />} size="compact-md" onClick={invite}>
            Invite
          </Button>
        )}
      </Group>
      {workers.length > 0 && <Filters workers={workers} filters={filters} narrow={narrow} />}
      {list.error && <ErrorSentence error={list.error} again={() => list.refetch()} />}
      {list.data && shown.length === 0 && (
        <Nothing filters={filters} narrow={narrow} invite={may.administer ? invite : null} />
      )}
      {filters.view === "table" ? (
        shown.length > 0 && <WorkerTable workers={shown} activity={activity} tellsServed={tellsServed} />
      ) : (
        <SimpleGrid cols={{ base: 1, sm: 2, lg: 3, xl: 4 }} spacing="sm">
          {shown.map((worker) => (
            <WorkerCard key={worker.id} worker={worker} activity={activity} tellsServed={tellsServed} />
          ))}
        </SimpleGrid>
      )}
      {may.administer && <Invitations />}
    </Stack>
  );
}

function inWords(workers: Worker[]): string {
  const counts = STATES.map((state) => [state, workers.filter(({ status }) => status === state).length] as const);
  const said = counts.filter(([, count]) => count > 0).map(([state, count]) => `${count} ${lookOf(state).label}`);
  return said.join(" · ").toLowerCase();
}

interface FiltersProps {
  workers: Worker[];
  filters: WorkerFilters;
  narrow: (filters: WorkerFilters) => void;
}

function Filters({ workers, filters, narrow }: FiltersProps) {
  const offered = [...new Set(workers.flatMap(({ capabilities }) => capabilities))].sort();
  return (
    <Group gap="xs">
      <TextFilter
        label="Name"
        data-search
        leftSection={<IconSearch size={14} aria-hidden />}
        value={filters.name}
        onChange={(name) => narrow({ ...filters, name })}
        w={{ base: 130, sm: 200 }}
      />
      <Select
        aria-label="State"
        placeholder="Any state"
        data={STATES.map((value) => ({ value, label: lookOf(value).label }))}
        value={filters.state ?? null}
        onChange={(state) => narrow({ ...filters, state: (state as WorkerFilters["state"]) ?? undefined })}
        clearable
        size="xs"
        w={130}
      />
      <Select
        aria-label="Capability"
        placeholder="Any capability"
        data={offered}
        value={filters.capability ?? null}
        onChange={(capability) => narrow({ ...filters, capability: capability ?? undefined })}
        clearable
        searchable
        size="xs"
        w={170}
        visibleFrom="sm"
      />
      <SegmentedControl
        aria-label="Show as"
        size="xs"
        data={[
          { value: "cards", label: "Cards" },
          { value: "table", label: "Table" },
        ]}
        value={filters.view ?? "cards"}
        onChange={(view) => narrow({ ...filters, view: view === "table" ? "table" : undefined })}
      />
    </Group>
  );
}
