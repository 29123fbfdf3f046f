import { MutationCache, QueryClient } from "@tanstack/react-query";
import { notifyOfFailure } from "@/ui/acting/notify";
import { ApiError } from "./problem";

/** Refusals do not change by asking again; a server that is away comes back. */
function again(failures: number, error: Error): boolean {
  const mayPass = !(error instanceof ApiError) || error.status === 0 || error.status >= 500;
  return mayPass && failures < 3;
}

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { retry: again, staleTime: 5_000, refetchOnWindowFocus: false },
    mutations: { retry: false },
  },
  // Every refused action is said, unless its caller shows it in place (`meta: { quiet: true }`).
  mutationCache: new MutationCache({
    onError: (error, _variables, _context, mutation) => {
      if (!mutation.meta?.quiet) notifyOfFailure(error);
    },
  }),
});
