import { useState } from "react";
import type { Task } from "@/api/tasks";

export interface Selection {
  ids: ReadonlySet<string>;
  tasks: Task[];
  /** All that match the filters, also what is not loaded. */
  everything: boolean;
  /** With shift also everything from the last one to this one. */
  toggle: (id: string, withRange: boolean) => void;
  /** All that are loaded, or none. */
  toggleAll: () => void;
  matching: () => void;
  none: () => void;
}

interface Picked {
  of: string;
  ids: ReadonlySet<string>;
  last: string | null;
  everything: boolean;
}

/** What is selected of a list. Another list (`of`) begins with nothing: nobody acts on rows that are out of sight. */
export function useSelection(tasks: Task[], of: string): Selection {
  const [kept, setKept] = useState<Picked>(() => nothing(of));
  const picked = kept.of === of ? kept : nothing(of);
  return {
    ids: picked.ids,
    everything: picked.everything,
    tasks: tasks.filter((task) => picked.ids.has(task.id)),
    toggle: (id, withRange) => {
      const changed = new Set(picked.ids);
      const on = !picked.ids.has(id);
      for (const each of withRange && picked.last ? between(tasks, picked.last, id) : [id])
        on ? changed.add(each) : changed.delete(each);
      setKept({ of, ids: changed, last: id, everything: false });
    },
    toggleAll: () => {
      const all = tasks.every(({ id }) => picked.ids.has(id));
      setKept(all ? nothing(of) : { of, ids: new Set(tasks.map(({ id }) => id)), last: null, everything: false });
    },
    matching: () => setKept({ ...picked, everything: true }),
    none: () => setKept(nothing(of)),
  };
}

function nothing(of: string): Picked {
  return { of, ids: new Set(), last: null, everything: false };
}

function between(tasks: Task[], one: string, other: string): string[] {
  const places = [one, other].map((id) => tasks.findIndex((task) => task.id === id)).sort((a, b) => a - b);
  const [from = -1, to = -1] = places;
  return from < 0 ? [other] : tasks.slice(from, to + 1).map(({ id }) => id);
}
