import { Anchor, Group, Stack, Text } from "@mantine/core";
import { IconExternalLink } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { Capability } from "@/api/workers";
import { OutsideLink } from "@/ui/OutsideLink";
import { Status } from "@/ui/Status";
import { type Column, DataTable } from "@/ui/tables/DataTable";
import { Time } from "@/ui/time/Time";
import { Steering } from "./Steering";

export function CapabilityTable({ capabilities, maySteer }: { capabilities: Capability[]; maySteer: boolean }) {
  const columns: Column<Capability>[] = [
    {
      head: "Capability",
      title: true,
      cell: (each) => (
        <Text size="sm" fw={600}>
          {each.capability} {each.temporal_url && <InTemporal of={each} />}
        </Text>
      ),
    },
    { head: "State", cell: (each) => <State of={each} /> },
    {
      head: "Waiting",
      right: true,
      cell: (each) => `${each.backlog.toLocaleString("en")}${each.backlog_capped ? "+" : ""}`,
    },
    { head: "Oldest", cell: (each) => each.oldest_waiting_at && <Time at={each.oldest_waiting_at} /> },
    { head: "In work", right: true, cell: (each) => each.in_work },
    { head: "Workers", cell: (each) => <Workers of={each} /> },
    {
      head: "Capped at",
      cell: (each) => each.rate && `${each.rate.per_second} a second, by ${each.rate.by}`,
    },
  ];
  if (maySteer) columns.push({ head: "Actions", actions: true, cell: (each) => <Steering of={each} /> });
  return <DataTable label="Capabilities" columns={columns} rows={capabilities} keyOf={(each) => each.capability} />;
}

function InTemporal({ of: { capability, temporal_url = "" } }: { of: Capability }) {
  return (
    <OutsideLink to={temporal_url} aria-label={`${capability} in the Temporal Web UI`}>
      <IconExternalLink size={14} aria-hidden />
    </OutsideLink>
  );
}

/** How it is, with who holds it back and why. */
function State({ of }: { of: Capability }) {
  const { paused, circuit } = of;
  return (
    <Stack gap={2}>
      <Group gap={4}>
        {paused && <Status of="paused" size="sm" />}
        {circuit && <Status of="circuit_open" size="sm" />}
        {!paused && !circuit && <Status of={of.state === "running" ? "flowing" : of.state} size="sm" />}
      </Group>
      {paused && (
        <Text size="xs">
          {paused.by}: {paused.reason} (<Time at={paused.at} />)
        </Text>
      )}
      {circuit && (
        <Text size="xs">
          {circuit.reason || "The source kept failing"}: opened <Time at={circuit.opened_at} />
          {circuit.openings > 1 ? `, ${circuit.openings} times in a row` : ""};{" "}
          {circuit.state === "half_open" ? (
            "the next task tries it"
          ) : (
            <>
              tried again <Time at={circuit.probe_at} />
            </>
          )}
        </Text>
      )}
    </Stack>
  );
}

function Workers({ of }: { of: Capability }) {
  const held = of.workers_held ? `, ${of.workers_held} held back` : "";
  return (
    <Anchor component={Link} to="/workers" search={{ capability: of.capability } as never} size="sm">
      {of.workers_online === 0 ? "none" : `${of.workers_online} online${held}`}
    </Anchor>
  );
}
