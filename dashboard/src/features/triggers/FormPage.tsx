import { useQuery } from "@tanstack/react-query";
import { FormFrame } from "@/ui/frames/FormFrame";
import { draftOf, EMPTY } from "./draft";
import { formRoute } from "./page";
import { triggerDetail } from "./queries";
import { TriggerForm } from "./TriggerForm";

/** A new trigger, or another definition for one that there is. */
export function FormPage() {
  const { change } = formRoute.useSearch();
  // Asked for once: what others change meanwhile does not change what is typed here.
  const original = useQuery({ ...triggerDetail(change ?? ""), enabled: change !== undefined, refetchInterval: false });
  return (
    <FormFrame kind="trigger" change={change && (original.data?.name ?? change)} original={original}>
      {(types, was) => (
        <TriggerForm
          key={change ?? ""}
          types={types.map(({ name }) => name)}
          start={was ? draftOf(was) : EMPTY}
          was={was}
        />
      )}
    </FormFrame>
  );
}
