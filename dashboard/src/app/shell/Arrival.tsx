import { type Query, useIsFetching, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useEffect, useState } from "react";

/** What has never been answered; what is only asked for anew keeps nobody waiting. */
const FIRST = { predicate: ({ state }: Query) => state.data === undefined };

/**
 * For who waits until all is there: tests, and people who make screenshots. On the root of the document stand
 *
 * - `data-page`: the address of the page on show, once all that it asked for has been answered; while another page or
 *   a first answer is on its way, nothing;
 * - `data-asking`: how much is being asked for, first or anew.
 *
 * It stands behind the page in the tree: what a page asks for when it comes is asked for before this looks.
 */
export function Arrival() {
  const router = useRouter();
  const client = useQueryClient();
  const asking = useIsFetching();
  const awaited = useIsFetching(FIRST);
  const [come, setCome] = useState(0);
  useEffect(() => router.subscribe("onResolved", () => setCome((times) => times + 1)), [router]);
  useEffect(() => router.subscribe("onBeforeNavigate", leave), [router]);
  useEffect(() => leave, []);
  useEffect(() => {
    document.documentElement.dataset.asking = String(asking);
  }, [asking]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it looks again after each page and answer that has come
  useEffect(() => {
    const { status, resolvedLocation } = router.state;
    if (!resolvedLocation || status !== "idle" || client.isFetching(FIRST) > 0) leave();
    else document.documentElement.dataset.page = location.pathname + location.search;
  }, [awaited, come, router, client]);
  return null;
}

function leave(): void {
  delete document.documentElement.dataset.page;
}
