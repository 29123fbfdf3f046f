import { Link } from "@tanstack/react-router";
import { memo } from "react";
import type { Task } from "@/api/tasks";
import { Status } from "@/ui/Status";
import { Time } from "@/ui/time/Time";
import { type Column, Going } from "./columns";
import type { Selection } from "./useSelection";

interface Props {
  task: Task;
  index: number;
  top: number;
  height: number;
  /** Null: on a narrow screen, as a card. */
  columns: Column[] | null;
  /** Null: nothing can be done with rows here. */
  selected: boolean | null;
  toggle: Selection["toggle"] | undefined;
}

/** Drawn anew only when something of it has changed: there are dozens, and something changes all the time. */
export const TaskRow = memo(RowOf, (one, other) =>
  (["task", "index", "top", "height", "columns", "selected"] as const).every((name) => one[name] === other[name]),
);

function RowOf({ task, index, top, height, columns, selected, toggle }: Props) {
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      className={columns ? "row" : "row card"}
      data-selectable={selected !== null || undefined}
      style={{ height, transform: `translateY(${top}px)` }}
      data-task={task.id}
    >
      {selected !== null && (
        <span role="cell">
          <input
            type="checkbox"
            className="pick"
            checked={selected}
            aria-label={`Select ${task.task_type} ${task.ticker ?? ""} ${task.id.slice(0, 8)}`}
            onChange={(event) => toggle?.(task.id, (event.nativeEvent as MouseEvent).shiftKey === true)}
          />
        </span>
      )}
      {columns ? (
        columns.map(({ name, cell }) => (
          <span role="cell" className={`of-${name}`} key={name}>
            {cell(task)}
          </span>
        ))
      ) : (
        <Card task={task} />
      )}
    </div>
  );
}

function Card({ task }: { task: Task }) {
  return (
    <>
      <span role="cell" className="status-cell">
        <Status of={task.status} />
      </span>
      <span role="cell" className="name">
        <Link to="/tasks/$id" params={{ id: task.id } as never} className="row-link">
          {task.task_type}
        </Link>
        {task.ticker && ` · ${task.ticker}`}
      </span>
      <span role="cell" className="progress">
        <Going task={task} />
      </span>
      <span role="cell" className="worker">
        {task.worker ?? ""}
      </span>
      <span role="cell" className="created">
        <Time at={task.created_at} />
      </span>
    </>
  );
}
