import { Group, Text, TextInput } from "@mantine/core";
import { IconKey } from "@tabler/icons-react";
import { useState } from "react";
import { useMay } from "@/api/session";
import { ActButton } from "@/ui/acting/ActButton";
import { ActForm } from "@/ui/acting/ActForm";
import { ChangeLink } from "@/ui/acting/ChangeLink";
import { DeleteButton } from "@/ui/acting/DeleteButton";
import { openForm } from "@/ui/acting/dialogs";
import { HoldButton } from "@/ui/acting/HoldButton";
import { Secret } from "@/ui/acting/Secret";
import { useAct } from "@/ui/acting/useAct";
import { addressOf, steer, TRIGGERS, type TriggerDetail } from "./queries";

const TOUCHES = [[TRIGGERS]];

/** What may be done to it, by whoever is asking; by its id, since another workspace may have one of the same name. */
export function Actions({ trigger }: { trigger: TriggerDetail }) {
  const { id, name, path, state } = trigger;
  if (!useMay().operate) return null;
  return (
    <Group gap="xs">
      <HoldButton
        name={name}
        isHeld={state !== "active"}
        says="What is delivered to it is refused, and events of ours pass, until somebody resumes it. Its tasks go on."
        pause={(_, reason) => steer.pause(id, reason)}
        resume={() => steer.resume(id)}
        touches={TOUCHES}
      />
      <ChangeLink to="/trigger" name={addressOf(trigger)} />
      {path && (
        <ActButton
          icon={IconKey}
          onClick={() => openForm(`New secret for ${name}`, (close) => <Rotate id={id} name={name} close={close} />)}
        >
          New secret
        </ActButton>
      )}
      <DeleteButton
        name={name}
        says="Nothing sets it off again, and who calls its address is told that there is none. Tasks that it made stay. It cannot be undone."
        act={() => steer.remove(id)}
        back="/triggers"
      />
    </Group>
  );
}

function Rotate({ id, name, close }: { id: string; name: string; close: () => void }) {
  const [keepOld, setKeepOld] = useState("1h");
  const [theirs, setTheirs] = useState("");
  const [made, setMade] = useState<string | null>(null);
  const act = useAct(() => steer.rotate(id, { keep_old: keepOld as never, secret: theirs.trim() || null }), {
    touches: TOUCHES,
    quiet: true,
  });
  if (made) return <Secret text={made} label={`New secret of ${name}`} close={close} />;
  return (
    <ActForm act={act} value={() => undefined} word="Replace it" close={close} onDone={({ secret }) => setMade(secret)}>
      {(errorOf) => (
        <>
          <Text size="sm">Whoever calls the hook has to be given the new one.</Text>
          <TextInput
            label="The old one is good for"
            description="Such as 1h or 2d; 0s: it ends now"
            value={keepOld}
            error={errorOf("keep_old")}
            onChange={(event) => setKeepOld(event.currentTarget.value)}
          />
          <TextInput
            label="Secret of the sender"
            description="Only where the sender chooses it, as Stripe does; else one is made"
            value={theirs}
            error={errorOf("secret")}
            onChange={(event) => setTheirs(event.currentTarget.value)}
          />
        </>
      )}
    </ActForm>
  );
}
