import { Box, Checkbox, Loader, Progress, Text } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { Link } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, useEffect, useRef } from "react";
import type { Task } from "@/api/tasks";
import { span } from "@/ui/moments";
import { Status } from "@/ui/Status";
import { Time } from "@/ui/Time";
import "./tasks.css";
import type { Selection } from "./useSelection";

const ROW = 38;
const CARD = 76;
/** Rows before the end at which the next page is asked for. */
const AHEAD = 30;

interface Props {
  tasks: Task[];
  /** null: nothing can be done with rows here. */
  selection: Selection | null;
  dimmed: boolean;
  hasMore: boolean;
  more: () => void;
  waiting: boolean;
}

/** Draws only the rows that can be seen, of a list of any length. */
export function TaskRows({ tasks, selection, dimmed, hasMore, more, waiting }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const isSmall = useMediaQuery("(max-width: 48em)") ?? false;
  const height = isSmall ? CARD : ROW;
  const rows = useVirtualizer({
    count: tasks.length,
    getScrollElement: () => frame.current,
    estimateSize: () => height,
    overscan: 8,
    getItemKey: (index) => tasks[index]?.id ?? index,
  });
  const seen = rows.getVirtualItems();
  const lastSeen = seen.at(-1)?.index ?? 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the heights change with the width of the window
  useEffect(() => rows.measure(), [height]);
  useEffect(() => {
    if (hasMore && lastSeen >= tasks.length - AHEAD) more();
  }, [hasMore, lastSeen, tasks.length, more]);

  return (
    <Box
      ref={frame}
      className="rows"
      role="table"
      aria-label="Tasks"
      aria-rowcount={hasMore ? -1 : tasks.length + 1}
      aria-busy={dimmed || waiting}
      tabIndex={0}
      opacity={dimmed ? 0.5 : 1}
    >
      {!isSmall && (
        <div role="row" className="row head" aria-rowindex={1} data-selectable={selection !== null || undefined}>
          {selection && <span role="columnheader" aria-label="Selected" />}
          {["Status", "Task", "Ticker", "Progress", "Worker", "Priority", "Created", "Took"].map((name) => (
            <span role="columnheader" key={name}>
              {name}
            </span>
          ))}
        </div>
      )}
      {waiting && <Loader m="xl" aria-label="Loading" />}
      <div style={{ height: rows.getTotalSize(), position: "relative" }} role="rowgroup">
        {seen.map(({ index, start }) => {
          const task = tasks[index];
          if (!task) return null;
          return (
            <Row
              key={task.id}
              task={task}
              index={index}
              top={start}
              height={height}
              isSmall={isSmall}
              selected={selection ? selection.ids.has(task.id) : null}
              toggle={selection?.toggle}
            />
          );
        })}
      </div>
    </Box>
  );
}

interface RowProps {
  task: Task;
  index: number;
  top: number;
  height: number;
  isSmall: boolean;
  selected: boolean | null;
  toggle: Selection["toggle"] | undefined;
}

const Row = memo(RowOf, (one, other) =>
  (["task", "index", "top", "height", "isSmall", "selected"] as const).every((name) => one[name] === other[name]),
);

function RowOf({ task, index, top, height, isSmall, selected, toggle }: RowProps) {
  const box = selected !== null && (
    <span role="cell">
      <Checkbox
        size="xs"
        checked={selected}
        aria-label={`Select ${task.task_type} ${task.ticker ?? ""} ${task.id.slice(0, 8)}`}
        onChange={(event) => toggle?.(task.id, (event.nativeEvent as MouseEvent).shiftKey === true)}
      />
    </span>
  );
  const link = (
    <Link to="/tasks/$id" params={{ id: task.id } as never} className="row-link">
      {task.task_type}
    </Link>
  );
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      className={isSmall ? "row card" : "row"}
      data-selectable={selected !== null || undefined}
      style={{ height, transform: `translateY(${top}px)` }}
      data-task={task.id}
    >
      {box}
      <span role="cell">
        <Status of={task.status} />
      </span>
      <span role="cell" className="name">
        {link}
        {isSmall && task.ticker && ` · ${task.ticker}`}
        {!isSmall && <span className="mono dim"> {task.id.slice(0, 8)}</span>}
      </span>
      <span role="cell" className="ticker">
        {task.ticker ?? ""}
      </span>
      <span role="cell" className="progress">
        <Going task={task} />
      </span>
      <span role="cell" className="worker">
        {task.worker ?? ""}
      </span>
      <span role="cell" className="priority">
        {task.priority_label === "normal" ? <span className="dim">normal</span> : task.priority_label}
      </span>
      <span role="cell" className="created">
        <Time at={task.created_at} />
      </span>
      <span role="cell" className="took">
        {task.duration_ms !== null ? span(task.duration_ms) : ""}
      </span>
    </div>
  );
}

/** How far it is, or in a few words why not. */
function Going({ task }: { task: Task }) {
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
  const error = task.error as { message?: string } | null;
  const said = task.status === "failed" ? error?.message : task.reason;
  return (
    <Text span size="xs" c="dimmed" truncate title={said ?? undefined}>
      {said ?? ""}
    </Text>
  );
}
