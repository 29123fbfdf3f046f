import type { Capability } from "@/api/workers";

export const SHOWN = ["waiting", "held", "unserved"] as const;

export interface CapabilityFilters {
  show?: (typeof SHOWN)[number];
  name?: string;
}

export function filtersOf(search: Record<string, unknown>): CapabilityFilters {
  const found: CapabilityFilters = {};
  if (SHOWN.includes(search.show as never)) found.show = search.show as CapabilityFilters["show"];
  if (typeof search.name === "string" && search.name.trim()) found.name = search.name;
  return found;
}

const FITS: Record<(typeof SHOWN)[number], (each: Capability) => boolean> = {
  waiting: (each) => each.backlog > 0,
  held: (each) => each.state !== "running" || each.rate !== null,
  unserved: (each) => each.workers_online === 0,
};

export function matching(all: Capability[], { show, name }: CapabilityFilters): Capability[] {
  return all.filter(
    (each) => (!show || FITS[show](each)) && (!name || each.capability.includes(name.trim().toLowerCase())),
  );
}
