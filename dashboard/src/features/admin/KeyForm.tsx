import { Select, SimpleGrid, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { components } from "@/api/schema";
import { useSession } from "@/api/session";
import { ActForm } from "@/ui/acting/ActForm";
import { Secret } from "@/ui/acting/Secret";
import { useAct } from "@/ui/acting/useAct";
import { KEYS, steer, users } from "./queries";

const DAY = 86_400;
const LENGTHS = [
  { value: "", label: "Until it is revoked" },
  { value: String(30 * DAY), label: "30 days" },
  { value: String(90 * DAY), label: "90 days" },
  { value: String(365 * DAY), label: "A year" },
];
const SERVICE = "a service, such as the agent";

/** Makes a key, and shows it once. */
export function KeyForm({ close }: { close: () => void }) {
  const [made, setMade] = useState<components["schemas"]["NewKeyView"] | null>(null);
  const me = useSession().data?.user ?? SERVICE;
  const people = useQuery(users).data ?? [];
  const [owner, setOwner] = useState(me);
  const [label, setLabel] = useState("");
  const [length, setLength] = useState("");
  const act = useAct(steer.makeKey, { touches: [[KEYS]], quiet: true });
  if (made)
    return (
      <Secret text={made.api_key} label="The key" close={close}>
        <Text size="sm">
          Programs send it as <code>Authorization: Bearer …</code>.
        </Text>
      </Secret>
    );
  const value = () => ({
    kind: owner === SERVICE ? ("agent" as const) : ("user" as const),
    user: owner === SERVICE ? null : owner,
    label: label.trim(),
    expires_in: length ? Number(length) : null,
  });
  return (
    <ActForm act={act} value={value} word="Make it" disabled={!label.trim()} close={close} onDone={setMade}>
      {(errorOf) => (
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
          <TextInput
            label="What it is for"
            placeholder="Nightly export"
            data-autofocus
            maxLength={100}
            value={label}
            error={errorOf("label")}
            onChange={(event) => setLabel(event.currentTarget.value)}
          />
          <Select
            label="Of"
            description="It may do what its person may"
            data={[...new Set([me, ...people.filter((one) => !one.disabled_at).map(({ name }) => name), SERVICE])]}
            value={owner}
            allowDeselect={false}
            error={errorOf("user")}
            onChange={(chosen) => setOwner(chosen ?? me)}
          />
          <Select
            label="Valid"
            data={LENGTHS}
            value={length}
            allowDeselect={false}
            error={errorOf("expires_in")}
            onChange={(chosen) => setLength(chosen ?? "")}
          />
        </SimpleGrid>
      )}
    </ActForm>
  );
}
