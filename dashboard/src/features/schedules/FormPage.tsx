import { useQuery } from "@tanstack/react-query";
import { FormFrame } from "@/ui/frames/FormFrame";
import { useSettings } from "@/ui/settings";
import { draftOf, emptyDraft } from "./draft";
import { formRoute } from "./page";
import { scheduleDetail } from "./queries";
import { ScheduleForm } from "./ScheduleForm";

/** A new schedule, or other times and fields for one that there is. */
export function FormPage() {
  const { change } = formRoute.useSearch();
  const { zone } = useSettings();
  // Asked for once: what others change meanwhile does not change what is typed here.
  const original = useQuery({ ...scheduleDetail(change ?? ""), enabled: change !== undefined });
  return (
    <FormFrame kind="schedule" change={change && (original.data?.name ?? change)} original={original}>
      {(types, was) => (
        <ScheduleForm key={change ?? ""} types={types} start={was ? draftOf(was) : emptyDraft(zone)} was={was} />
      )}
    </FormFrame>
  );
}
