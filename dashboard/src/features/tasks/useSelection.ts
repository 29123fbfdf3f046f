import { useState } from "react";
import type { Task } from "@/api/tasks";

export interface Selection {
  ids: ReadonlySet<string>;
  tasks: Task[];
  /** With shift also everything from the last one to this one. */
  toggle: (id: string, withRange: boolean) => void;
  all: () => void;
  none: () => void;
}

export function useSelection(tasks: Task[]): Selection {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const [last, setLast] = useState<string | null>(null);
  return {
    ids,
    tasks: tasks.filter((task) => ids.has(task.id)),
    toggle: (id, withRange) => {
      const changed = new Set(ids);
      const on = !ids.has(id);
      for (const each of withRange && last ? between(tasks, last, id) : [id])
        on ? changed.add(each) : changed.delete(each);
      setIds(changed);
      setLast(id);
    },
    all: () => setIds(new Set(tasks.map(({ id }) => id))),
    none: () => setIds(new Set()),
  };
}

function between(tasks: Task[], one: string, other: string): string[] {
  const places = [one, other].map((id) => tasks.findIndex((task) => task.id === id)).sort((a, b) => a - b);
  const [from = -1, to = -1] = places;
  return from < 0 ? [other] : tasks.slice(from, to + 1).map(({ id }) => id);
}
