import { Loader, Stack, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMay } from "@/api/session";
import { taskTypes } from "@/api/tasks";
import { templates } from "@/api/templates";
import { Empty } from "@/ui/Empty";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { draftOf, EMPTY } from "./draft";
import { formRoute } from "./page";
import { triggerDetail } from "./queries";
import { TriggerForm } from "./TriggerForm";

/** A new trigger, or another definition for one that there is. */
export function FormPage() {
  const { change } = formRoute.useSearch();
  const may = useMay();
  const types = useQuery(taskTypes);
  const saved = useQuery(templates);
  // Asked for once: what others change meanwhile does not change what is typed here.
  const original = useQuery({ ...triggerDetail(change ?? ""), enabled: change !== undefined, refetchInterval: false });
  const error = types.error ?? original.error;
  const title = <Title order={1}>{change ? `Change ${change}` : "New trigger"}</Title>;
  if (!may.operate)
    return (
      <Stack>
        {title}
        <Empty title="Only operators write triggers" />
      </Stack>
    );
  const ready = types.data && (change === undefined || original.data);
  return (
    <Stack maw={900}>
      {title}
      {error && <ErrorSentence error={error} again={() => types.refetch()} />}
      {!ready && !error && <Loader aria-label="Loading" />}
      {types.data && ready && (
        <TriggerForm
          key={change ?? ""}
          types={types.data.map(({ name }) => name)}
          templates={(saved.data ?? []).map(({ name }) => name)}
          start={original.data ? draftOf(original.data) : EMPTY}
          was={original.data}
        />
      )}
    </Stack>
  );
}
