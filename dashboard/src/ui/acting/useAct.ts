import { type QueryKey, useMutation, useQueryClient } from "@tanstack/react-query";
import { notifyOfSuccess } from "./notify";

interface Options<V, R> {
  /** What it changes: asked for anew, also after a refusal, because then something else was true. */
  touches: QueryKey[];
  /** Said when it is done. */
  says?: (value: V, done: R) => string;
  /** The caller shows a refusal in place. */
  quiet?: boolean;
}

/** Something that a button does. A refusal is said in the words of the API. */
export function useAct<V, R>(act: (value: V) => Promise<R>, { touches, says, quiet = false }: Options<V, R>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: act,
    meta: { quiet },
    onSuccess: (done, value) => {
      if (says) notifyOfSuccess(says(value, done));
    },
    // Waited for, so that the button turns until what it did is seen.
    onSettled: () => Promise.all(touches.map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
}
