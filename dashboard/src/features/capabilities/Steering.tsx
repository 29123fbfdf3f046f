import { Button, Group, Menu, NumberInput, Text } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { useState } from "react";
import { CAPABILITIES, type Capability } from "@/api/workers";
import { ActForm } from "@/ui/acting/ActForm";
import { askWhy } from "@/ui/acting/Because";
import { askFirst, openForm } from "@/ui/acting/dialogs";
import { useAct } from "@/ui/acting/useAct";
import { steer } from "./queries";

const TOUCHES = [[CAPABILITIES]];

export function Steering({ of }: { of: Capability }) {
  const name = of.capability;
  const resume = useAct(steer.resume, { touches: TOUCHES, says: (one) => `${one} is handed out again.` });
  const uncap = useAct((one: string) => steer.cap(one, null), { touches: TOUCHES, says: () => "The cap is gone." });
  const close = useAct(steer.closeCircuit, { touches: TOUCHES, says: (one) => `The circuit of ${one} is closed.` });
  const askClose = () =>
    askFirst({
      title: `Close the circuit of ${name}?`,
      says: "Do so if its source is well again: what waits is handed out at once. If the source still fails, it opens again.",
      word: "Close it",
      grave: false,
      onYes: () => close.mutate(name),
    });
  return (
    <Group gap={4} justify="flex-end" wrap="nowrap">
      {of.paused ? (
        <Button size="compact-xs" loading={resume.isPending} onClick={() => resume.mutate(name)}>
          Resume
        </Button>
      ) : (
        <Button
          size="compact-xs"
          variant="default"
          onClick={() =>
            askWhy({
              title: `Pause ${name}?`,
              word: "Pause",
              says: "No worker gets a task for it until somebody resumes it. Tasks on hand go on.",
              act: (reason) => steer.pause(name, reason),
              touches: TOUCHES,
            })
          }
        >
          Pause
        </Button>
      )}
      {of.circuit && (
        <Button size="compact-xs" variant="default" loading={close.isPending} onClick={askClose}>
          Close circuit
        </Button>
      )}
      <Menu position="bottom-end">
        <Menu.Target>
          <Button
            size="compact-xs"
            variant="default"
            rightSection={<IconChevronDown size={12} aria-hidden />}
            aria-label={`Rate of ${name}`}
          >
            Rate
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => openForm(`Cap ${name}`, (done) => <CapForm of={of} close={done} />)}>
            {of.rate ? "Change the cap" : "Cap it"}
          </Menu.Item>
          {of.rate && <Menu.Item onClick={() => uncap.mutate(name)}>Take the cap away</Menu.Item>}
        </Menu.Dropdown>
      </Menu>
    </Group>
  );
}

function CapForm({ of, close }: { of: Capability; close: () => void }) {
  const [rate, setRate] = useState(of.rate?.per_second ?? 1);
  const act = useAct((each: number) => steer.cap(of.capability, each), { touches: TOUCHES, quiet: true });
  return (
    <ActForm act={act} value={() => rate} word="Cap it" disabled={!(rate > 0)} close={close}>
      {(errorOf) => (
        <>
          <Text size="sm">So many tasks are handed out in a second at most, across all workers. The others wait.</Text>
          <NumberInput
            label="Tasks a second"
            description="0.2 is one in five seconds"
            min={0.001}
            step={0.5}
            data-autofocus
            value={rate}
            error={errorOf("per_second")}
            onChange={(each) => setRate(Number(each))}
          />
        </>
      )}
    </ActForm>
  );
}
