import { Code, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { components } from "@/api/schema";
import { useMay } from "@/api/session";
import { Empty } from "@/ui/Empty";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { type Column, DataTable } from "@/ui/tables/DataTable";
import { channels, steer } from "./queries";
import { TestButton } from "./TestButton";

type Channel = components["schemas"]["ChannelView"];

export function Channels() {
  const list = useQuery(channels);
  const may = useMay();
  if (list.error) return <ErrorSentence error={list.error} again={() => list.refetch()} />;
  if (!list.data) return null;
  if (list.data.length === 0)
    return (
      <Empty title="No channel is set: alerts stand only here">
        <Text size="sm">
          Name them in the settings of core and API, because their addresses are secret, and start both again:
        </Text>
        <Code>{"CLAWDBOT_CHANNELS='ops: slack://TokenA/TokenB/TokenC/%23ops'"}</Code>
      </Empty>
    );
  const columns: Column<Channel>[] = [
    { head: "Channel", title: true, cell: (each) => each.name },
    { head: "Service", cell: (each) => each.service },
    { head: "Quiet", cell: (each) => each.quiet ?? <span className="dim">never</span> },
  ];
  if (may.operate)
    columns.push({
      head: "Actions",
      actions: true,
      cell: (each) => <TestButton of={each.name} send={steer.testChannel} />,
    });
  return <DataTable label="Channels" columns={columns} rows={list.data} keyOf={({ name }) => name} />;
}
