import { Text, TextInput } from "@mantine/core";
import type { QueryKey } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { ActForm } from "./ActForm";
import { openForm } from "./dialogs";
import { useAct } from "./useAct";

interface Props {
  title: string;
  word: string;
  /** What it will do. */
  says: ReactNode;
  act: (reason: string) => Promise<unknown>;
  touches: QueryKey[];
}

/** Asks why: everybody who waits for what is held back reads it. */
export function askWhy(asked: Props): void {
  openForm(asked.title, (close) => <Because {...asked} close={close} />);
}

function Because({ word, says, act, touches, close }: Props & { close: () => void }) {
  const [reason, setReason] = useState("");
  const doing = useAct(act, { touches, quiet: true });
  return (
    <ActForm act={doing} value={() => reason.trim()} word={word} disabled={!reason.trim()} close={close}>
      {(errorOf) => (
        <>
          <Text size="sm">{says}</Text>
          <TextInput
            label="Why"
            description="Everybody who waits for it reads this"
            required
            data-autofocus
            maxLength={500}
            value={reason}
            error={errorOf("reason")}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
        </>
      )}
    </ActForm>
  );
}
