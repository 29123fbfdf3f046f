import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { onServerError } from "@/api/client";
import { queryClient } from "@/api/queries";
import { askAnew } from "@/live/askAnew";
import { overviewQuery } from "./overview";

function lookAtOnce(): void {
  const state = queryClient.getQueryState(overviewQuery.queryKey);
  if (state?.status === "success" && state.fetchStatus === "idle")
    void queryClient.refetchQueries({ queryKey: overviewQuery.queryKey });
}

/**
 * When the server or its database was away and is back, what was asked for meanwhile is asked for anew: nobody presses
 * "Try again" on each part of the page. That something fails is a reason to look at once.
 */
export function useComeback(): void {
  const { isError, isSuccess } = useQuery(overviewQuery);
  const wasAway = useRef(false);
  useEffect(() => {
    if (isError) wasAway.current = true;
    else if (isSuccess && wasAway.current) {
      wasAway.current = false;
      void askAnew(queryClient, { predicate: ({ queryKey }) => queryKey[0] !== overviewQuery.queryKey[0] });
    }
  }, [isError, isSuccess]);
  useEffect(() => onServerError(lookAtOnce), []);
}
