import { Group, Stack, Tabs, Title } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { Channels } from "./Channels";
import { Notifications } from "./Notifications";
import { route } from "./page";
import { Rules } from "./Rules";
import type { AlertFilters } from "./search";

/** What fires now and what did, the rules behind it, and where it is told. */
export function AlertsPage() {
  const filters = route.useSearch();
  const navigate = useNavigate();
  const narrow = (changed: AlertFilters) => navigate({ to: "/alerts", search: changed as never, replace: true });
  const show = (tab: string | null) => navigate({ to: "/alerts", search: (tab === "alerts" ? {} : { tab }) as never });
  return (
    <Stack gap="sm">
      <Group>
        <Title order={1}>Alerts</Title>
      </Group>
      <Tabs value={filters.tab ?? "alerts"} onChange={show} keepMounted={false}>
        <Tabs.List mb="sm">
          <Tabs.Tab value="alerts">Alerts</Tabs.Tab>
          <Tabs.Tab value="rules">Rules</Tabs.Tab>
          <Tabs.Tab value="channels">Channels</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="alerts">
          <Notifications filters={filters} narrow={narrow} />
        </Tabs.Panel>
        <Tabs.Panel value="rules">
          <Rules />
        </Tabs.Panel>
        <Tabs.Panel value="channels">
          <Channels />
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}
