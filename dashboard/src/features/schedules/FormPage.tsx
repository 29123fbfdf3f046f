import { Loader, Stack, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMay } from "@/api/session";
import { taskTypes } from "@/api/tasks";
import { Empty } from "@/ui/Empty";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { useSettings } from "@/ui/settings";
import { draftOf, emptyDraft } from "./draft";
import { formRoute } from "./page";
import { scheduleDetail } from "./queries";
import { ScheduleForm } from "./ScheduleForm";

/** A new schedule, or other times and fields for one that there is. */
export function FormPage() {
  const { change } = formRoute.useSearch();
  const { zone } = useSettings();
  const may = useMay();
  const types = useQuery(taskTypes);
  // Asked for once: what others change meanwhile does not change what is typed here.
  const original = useQuery({ ...scheduleDetail(change ?? ""), enabled: change !== undefined, refetchInterval: false });
  const error = types.error ?? original.error;
  const title = <Title order={1}>{change ? `Change ${change}` : "New schedule"}</Title>;
  if (!may.operate)
    return (
      <Stack>
        {title}
        <Empty title="Only operators write schedules" />
      </Stack>
    );
  const ready = types.data && (change === undefined || original.data);
  return (
    <Stack maw={900}>
      {title}
      {error && <ErrorSentence error={error} again={() => types.refetch()} />}
      {!ready && !error && <Loader aria-label="Loading" />}
      {types.data && ready && (
        <ScheduleForm
          key={change ?? ""}
          types={types.data}
          start={original.data ? draftOf(original.data) : emptyDraft(zone)}
          was={original.data}
        />
      )}
    </Stack>
  );
}
