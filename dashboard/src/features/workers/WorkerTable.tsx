import { Anchor } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { Activity, Worker } from "@/api/workers";
import { Names, percent } from "@/ui/tables/Cells";
import { type Column, DataTable } from "@/ui/tables/DataTable";
import { span } from "@/ui/time/moments";
import { Time } from "@/ui/time/Time";
import { Health } from "./Health";
import { Served } from "./Served";
import { Work } from "./Work";
import { slotsOf } from "./WorkerCard";

interface Props {
  workers: Worker[];
  activity: Activity | undefined;
  tellsServed: boolean;
}

export function WorkerTable({ workers, activity, tellsServed }: Props) {
  const columns: Column<Worker>[] = [
    {
      head: "Worker",
      title: true,
      cell: (worker) => (
        <Anchor component={Link} to="/workers/$id" params={{ id: worker.id } as never} size="sm" fw={600} c="inherit">
          {worker.name}
        </Anchor>
      ),
    },
    { head: "State", cell: (worker) => <Health of={worker} /> },
    { head: "Since", cell: (worker) => <Time at={worker.since} /> },
    { head: "Health", right: true, cell: (worker) => worker.score ?? "–" },
    { head: "Slots", right: true, cell: (worker) => `${worker.current_tasks} / ${slotsOf(worker)}` },
    { head: "Work", cell: (worker) => <Work of={worker.id} activity={activity} /> },
    { head: "Succeeded", right: true, cell: (worker) => percent(worker.work?.success_rate) },
    { head: "p95", right: true, cell: (worker) => seconds(worker.work?.p95_seconds) },
    { head: "Version", cell: (worker) => worker.version ?? "–" },
    { head: "Capabilities", cell: (worker) => <Names of={worker.capabilities} most={3} /> },
  ];
  if (tellsServed) columns.push({ head: "Serves", cell: (worker) => <Served of={worker} /> });
  return <DataTable label="Workers" columns={columns} rows={workers} keyOf={({ id }) => id} />;
}

export function seconds(of: number | null | undefined): string {
  return of === null || of === undefined ? "–" : span(of * 1_000);
}
