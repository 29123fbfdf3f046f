import { useQuery } from "@tanstack/react-query";
import { workspaces } from "@/api/workspaces";
import { Names } from "@/ui/tables/Cells";

interface Serving {
  serves?: string[] | null;
}

/** The workspaces whose tasks it is handed. */
export function Served({ of, most = 3 }: { of: Serving; most?: number }) {
  return of.serves ? <Names of={of.serves} most={most} /> : "all workspaces";
}

/** Whether it is said of each whom it serves: where there is no workspace, all serve all. */
export function useTellsServed(of: Serving[]): boolean {
  const known = useQuery(workspaces).data ?? [];
  return known.length > 0 || of.some(({ serves }) => serves);
}
