import { Code, MultiSelect, Select, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { basePath } from "@/api/client";
import type { components } from "@/api/schema";
import { capabilities, steerWorker, WORKERS } from "@/api/workers";
import { ActForm } from "@/ui/acting/ActForm";
import { CopyLine, Secret } from "@/ui/acting/Secret";
import { useAct } from "@/ui/acting/useAct";
import { Time } from "@/ui/time/Time";
import { isLoopback, joinLine, START_LINE } from "./lines";
import { Serves } from "./Serves";
import { Slots } from "./Slots";

type Made = components["schemas"]["NewInvitationView"];

const HOUR = 3_600;
const LENGTHS = [
  { value: String(HOUR), label: "1 hour" },
  { value: String(24 * HOUR), label: "1 day" },
  { value: String(7 * 24 * HOUR), label: "1 week" },
];

/** Makes a join code, and then shows it with the lines to run. */
export function InviteForm({ close }: { close: () => void }) {
  const [made, setMade] = useState<Made | null>(null);
  return made ? <Invited made={made} close={close} /> : <Fields close={close} onMade={setMade} />;
}

function Fields({ close, onMade }: { close: () => void; onMade: (made: Made) => void }) {
  const known = useQuery(capabilities).data?.capabilities.map(({ capability }) => capability) ?? [];
  const [name, setName] = useState("");
  const [wanted, setWanted] = useState<string[]>([]);
  const [slots, setSlots] = useState(2);
  const [serves, setServes] = useState<string[] | null>(null);
  const [length, setLength] = useState(String(HOUR));
  const act = useAct(steerWorker.invite, { touches: [[WORKERS, "invitations"]], quiet: true });
  const value = () => ({
    name: name.trim() || null,
    capabilities: wanted,
    max_concurrency: slots,
    serves,
    expires_in: Number(length),
    key_expires_in: null,
  });
  return (
    <ActForm act={act} value={value} word="Make a join code" disabled={!wanted.length} close={close} onDone={onMade}>
      {(errorOf) => (
        <>
          <MultiSelect
            label="Capabilities"
            description="What it may do. Its key allows nothing else"
            required
            searchable
            hidePickedOptions
            data={known}
            value={wanted}
            error={errorOf("capabilities")}
            onChange={setWanted}
          />
          <Serves value={serves} error={errorOf("serves")} onChange={setServes} />
          <SimpleGrid cols={{ base: 1, sm: 3 }}>
            <TextInput
              label="Name"
              placeholder="That of the machine"
              value={name}
              error={errorOf("name")}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <Slots value={slots} error={errorOf("max_concurrency")} onChange={setSlots} />
            <Select
              label="The code is valid for"
              data={LENGTHS}
              value={length}
              allowDeselect={false}
              onChange={(chosen) => setLength(chosen ?? String(HOUR))}
            />
          </SimpleGrid>
        </>
      )}
    </ActForm>
  );
}

function Invited({ made, close }: { made: Made; close: () => void }) {
  const address = `${window.location.origin}${basePath}`;
  return (
    <Secret text={made.code} label="Join code" close={close}>
      <Stack gap={6}>
        <Text size="sm">
          On the machine that shall work, with ClawdBot installed there (<Code>pipx install</Code> of its wheel with the
          extra <Code>worker</Code>):
        </Text>
        <CopyLine text={joinLine(made.code, address)} label="The line that joins" />
        <CopyLine text={START_LINE} label="The line that starts it" />
        <Text size="sm">
          The code works once and ends <Time at={made.expires_at} />, and the worker shows up here when it has started.
        </Text>
        {isLoopback(address) && (
          <Text size="sm">
            This page was opened at {address}, which is this machine only. On another one, use an address at which it
            reaches this server.
          </Text>
        )}
      </Stack>
    </Secret>
  );
}
