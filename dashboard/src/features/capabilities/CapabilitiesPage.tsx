import { Alert, Button, Group, Select, Stack, Text, Title } from "@mantine/core";
import { IconPlayerPause, IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { components } from "@/api/schema";
import { useMay } from "@/api/session";
import { CAPABILITIES, capabilities } from "@/api/workers";
import { useRefresh } from "@/live/useRefresh";
import { askWhy } from "@/ui/acting/Because";
import { useAct } from "@/ui/acting/useAct";
import { Empty } from "@/ui/Empty";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { TextFilter } from "@/ui/forms/TextFilter";
import { Time } from "@/ui/time/Time";
import { CapabilityTable } from "./CapabilityTable";
import { route } from "./page";
import { steer } from "./queries";
import { type CapabilityFilters, matching } from "./search";

const TOUCHES = [[CAPABILITIES]];

/** The queue of each capability: what waits, who takes it, and what holds it back. */
export function CapabilitiesPage() {
  const filters = route.useSearch();
  const navigate = useNavigate();
  const may = useMay();
  const list = useQuery(capabilities);
  useRefresh(TOUCHES, 1_500);
  const all = list.data?.capabilities ?? [];
  const shown = matching(all, filters);
  const narrow = (changed: CapabilityFilters) =>
    navigate({ to: "/capabilities", search: changed as never, replace: true });
  return (
    <Stack gap="sm">
      <Group justify="space-between" gap="xs">
        <Group gap="sm" align="baseline">
          <Title order={1}>Capabilities</Title>
          {list.data && (
            <Text size="sm" c="dimmed">
              {waiting(all)}
            </Text>
          )}
        </Group>
        {may.operate && list.data && !list.data.everything && <PauseAll />}
      </Group>
      {list.data?.everything && <AllPaused pause={list.data.everything} mayResume={may.operate} />}
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
          aria-label="Show"
          placeholder="All"
          data={[
            { value: "waiting", label: "Where tasks wait" },
            { value: "held", label: "Held back" },
            { value: "unserved", label: "Without a worker" },
          ]}
          value={filters.show ?? null}
          onChange={(show) => narrow({ ...filters, show: (show as CapabilityFilters["show"]) ?? undefined })}
          clearable
          size="xs"
          w={180}
        />
      </Group>
      {list.error && <ErrorSentence error={list.error} again={() => list.refetch()} />}
      {list.data && shown.length === 0 ? (
        <Empty title="No capability matches">
          <Button variant="default" onClick={() => narrow({})}>
            Clear all filters
          </Button>
        </Empty>
      ) : (
        <CapabilityTable capabilities={shown} maySteer={may.operate} />
      )}
    </Stack>
  );
}

function waiting(all: components["schemas"]["CapabilityView"][]): string {
  const sum = all.reduce((count, each) => count + each.backlog, 0);
  const more = all.some((each) => each.backlog_capped) ? "+" : "";
  const inWork = all.reduce((count, each) => count + each.in_work, 0);
  return `${sum.toLocaleString("en")}${more} waiting · ${inWork.toLocaleString("en")} in work`;
}

function PauseAll() {
  return (
    <Button
      size="compact-md"
      variant="default"
      leftSection={<IconPlayerPause size={16} aria-hidden />}
      onClick={() =>
        askWhy({
          title: "Pause everything?",
          word: "Pause everything",
          says: "No worker gets anything new, whatever it is for. Tasks on hand go on, and new tasks are taken in and wait.",
          act: steer.pauseAll,
          touches: TOUCHES,
        })
      }
    >
      Pause everything
    </Button>
  );
}

function AllPaused({ pause, mayResume }: { pause: components["schemas"]["PauseView"]; mayResume: boolean }) {
  const resume = useAct(() => steer.resumeAll(), { touches: TOUCHES, says: () => "Tasks are handed out again." });
  return (
    <Alert color="orange" icon={<IconPlayerPause aria-hidden />} title="Everything is paused" role="status">
      <Group justify="space-between" gap="xs">
        <Text size="sm" style={{ overflowWrap: "anywhere" }}>
          {pause.by}: {pause.reason} (<Time at={pause.at} />)
        </Text>
        {mayResume && (
          <Button size="compact-sm" loading={resume.isPending} onClick={() => resume.mutate()}>
            Resume everything
          </Button>
        )}
      </Group>
    </Alert>
  );
}
