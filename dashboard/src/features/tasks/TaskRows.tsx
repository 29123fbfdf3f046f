import { Box, Checkbox, Loader } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type CSSProperties, useEffect, useMemo, useRef } from "react";
import type { Task } from "@/api/tasks";
import { useSettings } from "@/ui/settings";
import { type Column, columnsOf } from "./columns";
import { TaskRow } from "./TaskRow";
import "./tasks.css";
import type { Selection } from "./useSelection";

const ROW = { comfortable: 38, compact: 29 };
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
  const { density, columns: chosen } = useSettings();
  const columns = useMemo(() => columnsOf(chosen.tasks), [chosen.tasks]);
  const height = isSmall ? CARD : ROW[density];
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
  const tracks = [selection ? "20px" : "", ...columns.map(({ width }) => width)].join(" ");
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
      style={{ "--tracks": tracks } as CSSProperties}
    >
      {!isSmall && <Head columns={columns} selection={selection} loaded={tasks.length} />}
      {waiting && <Loader m="xl" aria-label="Loading" />}
      <div style={{ height: rows.getTotalSize(), position: "relative" }} role="rowgroup">
        {seen.map(({ index, start }) => {
          const task = tasks[index];
          if (!task) return null;
          return (
            <TaskRow
              key={task.id}
              task={task}
              index={index}
              top={start}
              height={height}
              columns={isSmall ? null : columns}
              selected={selection ? selection.everything || selection.ids.has(task.id) : null}
              toggle={selection?.toggle}
            />
          );
        })}
      </div>
    </Box>
  );
}

function Head({ columns, selection, loaded }: { columns: Column[]; selection: Selection | null; loaded: number }) {
  const picked = selection?.everything ? loaded : (selection?.tasks.length ?? 0);
  return (
    <div role="row" className="row head" aria-rowindex={1}>
      {selection && (
        <span role="columnheader">
          <Checkbox
            size="xs"
            aria-label="Select all that are loaded"
            checked={picked > 0 && picked === loaded}
            indeterminate={picked > 0 && picked < loaded}
            onChange={selection.toggleAll}
          />
        </span>
      )}
      {columns.map(({ name, label }) => (
        <span role="columnheader" key={name}>
          {label}
        </span>
      ))}
    </div>
  );
}
