import { Loader, Stack, Title } from "@mantine/core";
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useMay } from "@/api/session";
import { type TaskType, taskTypes } from "@/api/tasks";
import { Empty } from "@/ui/Empty";
import { ErrorSentence } from "@/ui/ErrorSentence";

interface Props<T> {
  kind: "schedule" | "trigger";
  /** The name of the one that is changed; none: a new one. */
  change?: string;
  original: UseQueryResult<T>;
  children: (types: TaskType[], original?: T) => ReactNode;
}

/** Around the form of something that makes tasks, which is there once all is known that it begins with. */
export function FormFrame<T>({ kind, change, original, children }: Props<T>) {
  const may = useMay();
  const types = useQuery(taskTypes);
  // Read in any case: whoever asked for it is drawn anew only for what was read of the answer.
  const { data: was, error: refusal } = original;
  const error = types.error ?? refusal;
  const ready = types.data && (change === undefined || was);
  return (
    <Stack maw={900}>
      <Title order={1}>{change ? `Change ${change}` : `New ${kind}`}</Title>
      {!may.operate && <Empty title={`Only operators write ${kind}s`} />}
      {may.operate && error && <ErrorSentence error={error} again={() => types.refetch()} />}
      {may.operate && !ready && !error && <Loader aria-label="Loading" />}
      {may.operate && types.data && ready && children(types.data, was)}
    </Stack>
  );
}
