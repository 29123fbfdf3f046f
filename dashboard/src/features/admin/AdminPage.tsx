import { Stack, Tabs, Text, Title } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useMay } from "@/api/session";
import { AuditLog } from "./AuditLog";
import { Everybody } from "./Everybody";
import { Keys } from "./Keys";
import { People } from "./People";
import { route } from "./page";
import type { AdminFilters } from "./search";

export function AdminPage() {
  const filters = route.useSearch();
  const navigate = useNavigate();
  const may = useMay();
  const narrow = (changed: AdminFilters) => navigate({ to: "/admin", search: changed as never, replace: true });
  const show = (tab: string | null) => navigate({ to: "/admin", search: (tab === "people" ? {} : { tab }) as never });
  return (
    <Stack gap="sm">
      <Title order={1}>Admin</Title>
      {may.administer ? (
        <Tabs value={filters.tab ?? "people"} onChange={show} keepMounted={false}>
          <Tabs.List mb="sm">
            <Tabs.Tab value="people">People</Tabs.Tab>
            <Tabs.Tab value="keys">API keys</Tabs.Tab>
            <Tabs.Tab value="sessions">Sessions</Tabs.Tab>
            <Tabs.Tab value="audit">Audit log</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="people">
            <People />
          </Tabs.Panel>
          <Tabs.Panel value="keys">
            <Keys filters={filters} narrow={narrow} />
          </Tabs.Panel>
          <Tabs.Panel value="sessions">
            <Everybody />
          </Tabs.Panel>
          <Tabs.Panel value="audit">
            <AuditLog filters={filters} narrow={narrow} />
          </Tabs.Panel>
        </Tabs>
      ) : (
        <Text>This page is for admins. Ask one of them for the role.</Text>
      )}
    </Stack>
  );
}
