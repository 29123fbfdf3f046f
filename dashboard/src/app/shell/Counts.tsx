import { Group, Text, UnstyledButton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useRefresh } from "@/live/useRefresh";
import { lookOf } from "@/ui/statuses";
import { useWorkspace } from "../root";
import { countsQuery, overviewQuery } from "./overview";

const SHOWN = ["running", "pending", "awaiting_approval"] as const;
/** Counting is one request; with thirty changes a second it is still one in this time. */
const RECOUNT_MS = 3_000;

export function Counts() {
  const workspace = useWorkspace();
  const overview = useQuery(overviewQuery);
  const narrowed = useQuery({ ...countsQuery(workspace), enabled: workspace !== undefined });
  const counts = workspace === undefined ? overview.data?.counts : narrowed.data;
  useRefresh([overviewQuery.queryKey], RECOUNT_MS);
  return (
    <Group gap="lg" wrap="nowrap" visibleFrom="sm">
      {SHOWN.map((status) => {
        const { label, icon: Icon } = lookOf(status);
        const { count, capped } = counts?.[status] ?? { count: 0, capped: false };
        return (
          <UnstyledButton
            key={status}
            component={Link}
            to="/tasks"
            search={{ status: [status] } as never}
            title={`Show tasks: ${label.toLowerCase()}`}
          >
            <Group gap={5} wrap="nowrap">
              <Icon size={16} aria-hidden />
              <Text size="sm" fw={600}>
                {counts ? `${count.toLocaleString("en")}${capped ? "+" : ""}` : "–"}
              </Text>
              <Text size="sm" c="dimmed">
                {label.toLowerCase()}
              </Text>
            </Group>
          </UnstyledButton>
        );
      })}
    </Group>
  );
}
