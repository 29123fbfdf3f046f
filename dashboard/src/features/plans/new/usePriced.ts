import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type ProposedPlan, priceWithout } from "@/api/plans";

/** Where a plan belongs that does not say it. */
const DEFAULT = "default";

export interface Priced {
  /** Nothing where it could not be priced: then `error` says why. */
  proposal: ProposedPlan | undefined;
  isPending: boolean;
  error: Error | null;
}

/** What was proposed without some steps, and for another workspace than it was proposed for: with its price there. */
export function usePriced(whole: ProposedPlan | null | undefined, out: string[], workspace: string | null): Priced {
  const isOther = (workspace ?? DEFAULT) !== (whole?.plan.workspace ?? DEFAULT);
  const asks = Boolean(whole) && (isOther || out.length > 0);
  const plan = { ...whole?.plan, workspace: workspace ?? DEFAULT };
  const price = useQuery({
    queryKey: ["plan-price", plan, out],
    queryFn: () => priceWithout({ plan, without: out }),
    enabled: asks,
    placeholderData: keepPreviousData,
    gcTime: 0,
  });
  if (!whole || !asks) return { proposal: whole ?? undefined, isPending: false, error: null };
  if (price.error) return { proposal: undefined, isPending: price.isFetching, error: price.error };
  return { proposal: merged(whole, price.data, out), isPending: price.isFetching, error: null };
}

/** What was said of the whole still holds. */
function merged(whole: ProposedPlan, priced: ProposedPlan | undefined, out: string[]): ProposedPlan {
  if (!priced) return whole;
  const notes = [...(whole.notes ?? []), ...(priced.notes ?? [])];
  return { ...priced, notes, by: out.length > 0 ? priced.by : whole.by };
}
