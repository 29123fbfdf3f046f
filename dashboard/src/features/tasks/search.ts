import type { TaskFilters } from "@/api/tasks";
import { lookOf, TASK_STATUSES, type TaskStatus } from "@/ui/statuses";
import { inZone } from "@/ui/time/moments";

/** Filters that are one text, with their name for people. */
export const TEXTS = {
  text: "Words",
  task_type: "Type",
  ticker: "Ticker",
  tag: "Tag",
  worker: "Worker",
  created_by: "Created by",
  workspace: "Workspace",
  id_prefix: "Id begins with",
  parent: "Follows from",
  cause: "Failed of",
  created_after: "Created after",
  created_before: "Created before",
} as const;

type TextName = keyof typeof TEXTS;

const SORTS = ["created_at", "updated_at", "priority"];

/** Reads the address; what cannot be meant is left out. */
export function filtersOf(search: Record<string, unknown>): TaskFilters {
  const found: TaskFilters = {};
  const statuses = [search.status]
    .flat()
    .filter((each): each is TaskStatus => TASK_STATUSES.includes(each as TaskStatus));
  if (statuses.length) found.status = statuses;
  for (const name of Object.keys(TEXTS) as TextName[]) {
    const value = search[name];
    if (typeof value === "string" || typeof value === "number") if (String(value).trim()) found[name] = String(value);
  }
  const sort = search.sort;
  if (typeof sort === "string" && SORTS.includes(sort.replace(/^-/, ""))) found.sort = sort;
  return found;
}

export interface ActiveFilter {
  label: string;
  /** The filters without this one. */
  without: TaskFilters;
}

const MOMENTS: readonly string[] = ["created_after", "created_before"];

/** What narrows the list, one by one, each with what is left when it is taken away. */
export function activeFilters(filters: TaskFilters, zone = "UTC"): ActiveFilter[] {
  const active: ActiveFilter[] = (filters.status ?? []).map((status) => {
    const others = filters.status?.filter((each) => each !== status) ?? [];
    return { label: lookOf(status).label, without: { ...filters, status: others.length ? others : undefined } };
  });
  for (const name of Object.keys(TEXTS) as TextName[]) {
    const value = filters[name];
    if (!value) continue;
    const shown = MOMENTS.includes(name) ? shownMoment(value, zone) : value;
    active.push({ label: `${TEXTS[name]}: ${shown}`, without: { ...filters, [name]: undefined } });
  }
  return active;
}

/** Nothing is done to all tasks there are: "all that match" needs a filter. */
export function isNarrowed(filters: TaskFilters): boolean {
  return activeFilters(filters).length > 0;
}

function shownMoment(value: string, zone: string): string {
  const moment = new Date(value);
  return Number.isNaN(moment.getTime()) ? value : `${inZone(moment, zone)} ${zone}`;
}
