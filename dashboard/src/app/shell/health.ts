import { useQuery } from "@tanstack/react-query";
import { useHealth } from "@/live/live";
import { overviewQuery } from "./overview";
import { type Part, partsOf } from "./parts";

export type { Part };

/** How each part of the system is, as far as the API can tell. */
export function useParts(): Part[] {
  const overview = useQuery(overviewQuery);
  return partsOf(overview.data, overview.error, useHealth().connection);
}
