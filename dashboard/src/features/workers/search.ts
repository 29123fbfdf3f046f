import type { Worker } from "@/api/workers";

export const STATES = ["busy", "idle", "paused", "draining", "deaf", "offline"] as const;
export const VIEWS = ["cards", "table"] as const;

export interface WorkerFilters {
  view?: (typeof VIEWS)[number];
  state?: (typeof STATES)[number];
  capability?: string;
  name?: string;
}

/** Reads the address; what cannot be meant is left out. */
export function filtersOf(search: Record<string, unknown>): WorkerFilters {
  const found: WorkerFilters = {};
  if (VIEWS.includes(search.view as never)) found.view = search.view as WorkerFilters["view"];
  if (STATES.includes(search.state as never)) found.state = search.state as WorkerFilters["state"];
  for (const name of ["capability", "name"] as const) {
    const said = search[name];
    if ((typeof said === "string" || typeof said === "number") && String(said).trim()) found[name] = String(said);
  }
  return found;
}

/** Without how they are shown. */
export function isFiltered({ state, capability, name }: WorkerFilters): boolean {
  return Boolean(state || capability || name);
}

export function matching(workers: Worker[], { state, capability, name }: WorkerFilters): Worker[] {
  return workers.filter(
    (worker) =>
      (!state || worker.status === state) &&
      (!capability || worker.capabilities.includes(capability)) &&
      (!name || worker.name.toLowerCase().includes(name.toLowerCase())),
  );
}
