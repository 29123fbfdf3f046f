import { ACTIVITY_SAYS, type Activity } from "@/api/workers";
import { Sparkline } from "@/ui/Sparkline";

/** What a worker has ended lately. One that has done nothing has no line in what the API tells. */
export function Work({ of, activity }: { of: string; activity: Activity | undefined }) {
  if (!activity) return null;
  const periods = activity.workers[0]?.succeeded.length ?? 24;
  const nothing = { succeeded: Array<number>(periods).fill(0), failed: [] };
  const own = activity.workers.find(({ worker_id }) => worker_id === of) ?? nothing;
  return <Sparkline succeeded={own.succeeded} failed={own.failed} label={ACTIVITY_SAYS} />;
}
