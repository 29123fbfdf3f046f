import { JsonInput, Loader, Text, Textarea } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { actOnStep, PLANS, type Which } from "@/api/plans";
import { taskDetail } from "@/api/tasks";
import { ActForm } from "@/ui/acting/ActForm";
import { useAct } from "@/ui/acting/useAct";
import { objectIn } from "./words";

interface Props {
  which: Which;
  close: () => void;
}

/** Whole new params; those of the last try stand there to be changed. */
export function ParamsForm({ which, task, close }: Props & { task?: string }) {
  const tried = useQuery({ ...taskDetail(task ?? ""), enabled: task !== undefined });
  if (task && tried.isPending) return <Loader aria-label="Loading" size="sm" />;
  const start = JSON.stringify(tried.data?.params ?? {}, null, 2);
  return <ObjectForm which={which} verb="retry" label="Params" word="Retry" start={start} close={close} />;
}

export function ResultForm(props: Props) {
  return <ObjectForm {...props} verb="result" label="Result" word="Go on with it" start={"{\n  \n}"} />;
}

interface ObjectProps extends Props {
  verb: "retry" | "result";
  label: string;
  word: string;
  start: string;
}

function ObjectForm({ which, verb, label, word, start, close }: ObjectProps) {
  const [text, setText] = useState(start);
  const value = objectIn(text);
  const doing = useAct(
    (object: Record<string, unknown>) =>
      actOnStep(which, verb === "retry" ? { verb, params: object } : { verb, result: object }),
    { touches: [[PLANS, "one", which.plan]], quiet: true },
  );
  return (
    <ActForm act={doing} value={() => value ?? {}} word={word} disabled={!value} close={close}>
      {(errorOf) => (
        <JsonInput
          label={label}
          description="An object in JSON, without expressions"
          autosize
          minRows={6}
          maxRows={20}
          data-autofocus
          value={text}
          onChange={setText}
          validationError="This is no object in JSON yet."
          error={value ? (errorOf(label.toLowerCase()) ?? errorOf("")) : "This is no object in JSON yet."}
          styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
        />
      )}
    </ActForm>
  );
}

interface CommentProps {
  plan: string;
  word: string;
  says: string;
  isRequired?: boolean;
  grave?: boolean;
  act: (text: string) => Promise<unknown>;
  close: () => void;
}

/** A decision of a person, with what they say to it. */
export function CommentForm({ plan, word, says, isRequired = false, grave, act, close }: CommentProps) {
  const [text, setText] = useState("");
  const doing = useAct(act, { touches: [[PLANS, "one", plan]], quiet: true });
  return (
    <ActForm
      act={doing}
      value={() => text.trim()}
      word={word}
      grave={grave}
      disabled={isRequired && !text.trim()}
      close={close}
    >
      {(errorOf) => (
        <>
          <Text size="sm">{says}</Text>
          <Textarea
            label={isRequired ? "What shall be different" : "Comment"}
            description={isRequired ? undefined : "Goes into its history"}
            required={isRequired}
            autosize
            minRows={2}
            maxLength={2_000}
            data-autofocus
            value={text}
            error={errorOf("comment") ?? errorOf("text")}
            onChange={(event) => setText(event.currentTarget.value)}
          />
        </>
      )}
    </ActForm>
  );
}
