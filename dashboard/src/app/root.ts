import { createRootRoute, retainSearchParams } from "@tanstack/react-router";
import { textIn } from "@/ui/forms/search";

/** What the address of every page may name. */
export interface RootSearch {
  /** The workspace that the whole page is about; all that one sees, if left out. */
  workspace?: string;
}

/** The parent of every page; what it shows around them is set in router.tsx. */
export const rootRoute = createRootRoute({
  validateSearch: (search: Record<string, unknown>): RootSearch => {
    const workspace = textIn(search.workspace);
    return workspace ? { workspace } : {};
  },
  // Whoever goes elsewhere stays in it. It is left by saying `workspace: undefined`.
  search: { middlewares: [retainSearchParams<RootSearch>(["workspace"])] },
});

export function useWorkspace(): string | undefined {
  return rootRoute.useSearch({ select: ({ workspace }) => workspace });
}
