import { Anchor, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { components } from "@/api/schema";
import type { WorkerDetail } from "@/api/workers";
import { Section } from "@/ui/Section";
import { percent } from "@/ui/tables/Cells";
import { type Column, DataTable } from "@/ui/tables/DataTable";
import { seconds } from "./WorkerTable";

type Done = components["schemas"]["RecordOfWorkView"];

const COLUMNS: Column<Done>[] = [
  { head: "Capability", title: true, cell: (each) => each.capability },
  { head: "Succeeded", right: true, cell: (each) => each.succeeded },
  { head: "Failed", right: true, cell: (each) => each.failed },
  { head: "Lost", right: true, cell: (each) => each.lost },
  { head: "Success", right: true, cell: (each) => percent(each.success_rate) },
  { head: "Usually", right: true, cell: (each) => seconds(each.p50_seconds) },
  { head: "p95", right: true, cell: (each) => seconds(each.p95_seconds) },
];

export function RecordOfWork({ of }: { of: WorkerDetail }) {
  const done = of.work_by_capability ?? [];
  return (
    <Section
      title="How it does"
      aside={
        <Anchor component={Link} to="/tasks" search={{ worker: of.name } as never} size="sm">
          Its tasks
        </Anchor>
      }
    >
      {done.length === 0 ? (
        <Text size="sm" c="dimmed">
          It has ended no attempt in the last 24 hours.
        </Text>
      ) : (
        <>
          <DataTable
            label="How it does, by capability"
            columns={COLUMNS}
            rows={done}
            keyOf={({ capability }) => capability}
          />
          <Text size="xs" c="dimmed">
            Its newest 100 attempts of the last 24 hours.
          </Text>
        </>
      )}
    </Section>
  );
}
