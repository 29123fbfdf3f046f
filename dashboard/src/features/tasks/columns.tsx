import { Progress, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Task } from "@/api/tasks";
import { Status } from "@/ui/Status";
import { span } from "@/ui/time/moments";
import { Time } from "@/ui/time/Time";

export interface Column {
  name: string;
  label: string;
  /** As a track of a CSS grid. */
  width: string;
  cell: (task: Task) => ReactNode;
}

const faint = (text: string | null | undefined) => <span className="dim">{text ?? ""}</span>;

/** What a list can show of a task, in the order in which it does. */
export const COLUMNS: Column[] = [
  { name: "status", label: "Status", width: "160px", cell: (task) => <Status of={task.status} /> },
  {
    name: "task",
    label: "Task",
    width: "minmax(170px, 1.4fr)",
    cell: (task) => (
      <>
        <Link to="/tasks/$id" params={{ id: task.id } as never} className="row-link">
          {task.task_type}
        </Link>
        <span className="mono dim"> {task.id.slice(0, 8)}</span>
      </>
    ),
  },
  { name: "ticker", label: "Ticker", width: "74px", cell: (task) => task.ticker ?? "" },
  { name: "progress", label: "Progress", width: "minmax(150px, 2fr)", cell: (task) => <Going task={task} /> },
  { name: "worker", label: "Worker", width: "minmax(80px, 1fr)", cell: (task) => task.worker ?? "" },
  {
    name: "priority",
    label: "Priority",
    width: "74px",
    cell: ({ priority_label }) => (priority_label === "normal" ? faint("normal") : priority_label),
  },
  { name: "attempt", label: "Attempt", width: "64px", cell: (task) => (task.attempt ? String(task.attempt) : "") },
  { name: "tags", label: "Tags", width: "minmax(90px, 1fr)", cell: (task) => task.tags.join(", ") },
  { name: "created_by", label: "Created by", width: "minmax(100px, 1fr)", cell: (task) => task.created_by },
  { name: "created", label: "Created", width: "100px", cell: (task) => <Time at={task.created_at} /> },
  { name: "updated", label: "Changed", width: "100px", cell: (task) => <Time at={task.updated_at} /> },
  {
    name: "took",
    label: "Took",
    width: "84px",
    cell: ({ duration_ms }) => (duration_ms === null ? "" : span(duration_ms)),
  },
];

/** Without these two nobody knows what a row is. */
export const ALWAYS = ["status", "task"];
const USUAL = [...ALWAYS, "ticker", "progress", "worker", "priority", "created", "took"];

/** Those that somebody has chosen, as far as this version knows them; the usual ones, if nothing was chosen. */
export function columnsOf(chosen: string[] | undefined): Column[] {
  const names = chosen?.length ? [...ALWAYS, ...chosen] : USUAL;
  return COLUMNS.filter(({ name }) => names.includes(name));
}

/** How far it is, or in a few words why not. */
export function Going({ task }: { task: Task }) {
  const { percent, step } = (task.progress ?? {}) as { percent?: number; step?: string };
  if (task.status === "running" || task.status === "claimed")
    return (
      <>
        {percent !== undefined && <Progress value={percent} size="sm" aria-label="Progress" w={64} />}
        <Text span size="xs" truncate>
          {step ?? (percent !== undefined ? `${Math.round(percent)} %` : "")}
        </Text>
      </>
    );
  if (task.status === "scheduled" && task.run_at)
    return (
      <span className="dim">
        starts <Time at={task.run_at} />
      </span>
    );
  const error = task.error as { message?: string } | null;
  const said = task.status === "failed" ? error?.message : task.reason;
  return (
    <Text span size="xs" c="dimmed" truncate title={said ?? undefined}>
      {said ?? ""}
    </Text>
  );
}
