import { Group, SegmentedControl, Stack, Tabs, Title } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { TypeFilter } from "@/ui/forms/TypeFilter";
import { type MetricsSearch, route, TABS, type Tab } from "./page";
import { RANGES, type Range } from "./ranges";
import { Agent, Errors, Freshness, Queue, Work } from "./tabs";

const NAMES: Record<Tab, string> = {
  work: "Work",
  errors: "Errors",
  queue: "Queue and workers",
  freshness: "Freshness",
  agent: "Agent",
};

/** Figures as charts. What is behind a tab is asked for when it is opened. */
export function MetricsPage() {
  const search = route.useSearch();
  const { tab = "work", range = "7d", task_type } = search;
  const navigate = useNavigate();
  const go = (changes: MetricsSearch) =>
    navigate({ to: "/charts", search: { ...search, ...changes } as never, replace: true });
  return (
    <Stack gap="sm">
      <Title order={1}>Metrics</Title>
      <Tabs value={tab} onChange={(chosen) => go({ tab: chosen === "work" ? undefined : (chosen as Tab) })}>
        <Tabs.List aria-label="Metrics">
          {TABS.map((each) => (
            <Tabs.Tab key={each} value={each}>
              {NAMES[each]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {TABS.map((each) => (
          <Tabs.Panel key={each} value={each} pt="sm">
            {each === tab && (
              <Stack gap="sm">
                <Group gap="xs">
                  <SegmentedControl
                    aria-label="Range"
                    size="xs"
                    data={[...RANGES]}
                    value={range}
                    onChange={(chosen) => go({ range: chosen === "7d" ? undefined : (chosen as Range) })}
                  />
                  {tab === "work" && <TypeFilter value={task_type} onChange={(chosen) => go({ task_type: chosen })} />}
                </Group>
                <Panel tab={tab} range={range} taskType={task_type} />
              </Stack>
            )}
          </Tabs.Panel>
        ))}
      </Tabs>
    </Stack>
  );
}

function Panel({ tab, range, taskType }: { tab: Tab; range: Range; taskType: string | undefined }) {
  switch (tab) {
    case "work":
      return <Work range={range} taskType={taskType} />;
    case "errors":
      return <Errors range={range} />;
    case "queue":
      return <Queue range={range} />;
    case "freshness":
      return <Freshness range={range} />;
    case "agent":
      return <Agent range={range} />;
  }
}
