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
    // What was left is asked for anew when it is shown again: while it was out of sight nobody followed what happened to
    // it. "Always": the server may be on this very machine, whatever the browser thinks of the network.
    queries: { retry: again, staleTime: 0, refetchOnWindowFocus: false, networkMode: "always" },
    mutations: { retry: false, networkMode: "always" },
  },
  // Every refused action is said, unless its caller shows it in place (`meta: { quiet: true }`).
  mutationCache: new MutationCache({
    onError: (error, _variables, _context, mutation) => {
      if (!mutation.meta?.quiet) notifyOfFailure(error);
    },
  }),
});
