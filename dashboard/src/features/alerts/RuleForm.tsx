import { Checkbox, MultiSelect, NumberInput, Select, SimpleGrid, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { taskTypes } from "@/api/tasks";
import { ActForm } from "@/ui/acting/ActForm";
import { useAct } from "@/ui/acting/useAct";
import { bodyOf, KINDS, kindOf } from "./kinds";
import { channels, RULES, type Rule, type RuleBody, type RuleKind, steer } from "./queries";

type ErrorOf = (field: string) => string | undefined;

interface FieldsProps {
  body: RuleBody;
  set: (changes: Partial<RuleBody>) => void;
  errorOf: ErrorOf;
}

const EMPTY: RuleBody = { kind: "task_failed", severity: "warning", channels: ["*"], enabled: true } as RuleBody;
const EVERY = "*";

/** A rule field by field: only those that mean something to its kind. */
export function RuleForm({ of, close }: { of?: Rule; close: () => void }) {
  const [name, setName] = useState(of?.rule.name ?? "");
  const [body, setBody] = useState<RuleBody>(of ? withoutName(of) : EMPTY);
  const act = useAct(() => steer.put(name.trim(), bodyOf(body)), {
    touches: [[RULES]],
    quiet: true,
    says: () => `The rule ${name.trim()} is written.`,
  });
  const set = (changes: Partial<RuleBody>) => setBody({ ...body, ...changes });
  return (
    <ActForm act={act} value={() => undefined} word="Write it" disabled={!name.trim()} close={close}>
      {(errorOf) => (
        <>
          <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
            <TextInput
              label="Name"
              description="Small letters, digits, - and _"
              required
              readOnly={of !== undefined}
              value={name}
              error={errorOf("name")}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <Select
              label="Tells of"
              description="What it looks for"
              data={Object.entries(KINDS).map(([value, { label }]) => ({ value, label }))}
              value={body.kind}
              allowDeselect={false}
              searchable
              error={errorOf("kind")}
              onChange={(kind) => kind && set({ kind: kind as RuleKind, threshold: null })}
            />
            <Settings body={body} set={set} errorOf={errorOf} />
          </SimpleGrid>
          <Telling body={body} set={set} errorOf={errorOf} />
        </>
      )}
    </ActForm>
  );
}

function withoutName({ rule }: Rule): RuleBody {
  const { name: _, ...body } = rule;
  return body;
}

/** What it looks for, in numbers. */
function Settings({ body, set, errorOf }: FieldsProps) {
  const types = useQuery(taskTypes).data ?? [];
  const { uses, unit, usual } = kindOf(body.kind);
  const number = (field: "window_seconds" | "for_seconds" | "threshold" | "min_tasks", label: string, empty: number) =>
    uses.includes(field) && (
      <NumberInput
        label={label}
        min={0}
        placeholder={String(empty)}
        value={body[field] ?? ""}
        error={errorOf(field)}
        onChange={(count) => set({ [field]: count === "" ? undefined : Number(count) })}
      />
    );
  return (
    <>
      {uses.includes("task_types") && (
        <MultiSelect
          label="Types"
          placeholder={body.task_types?.length ? undefined : "All"}
          data={types.map((type) => type.name)}
          value={body.task_types ?? []}
          searchable
          error={errorOf("task_types")}
          onChange={(task_types) => set({ task_types })}
        />
      )}
      {number("threshold", `From how many ${unit}`, usual ?? 1)}
      {number("min_tasks", "Of so many tasks at least", 5)}
      {number("window_seconds", "Within so many seconds", 300)}
      {number("for_seconds", "It must last so many seconds", 30)}
    </>
  );
}

/** How loud, where, and when not. */
function Telling({ body, set, errorOf }: FieldsProps) {
  const known = useQuery(channels).data ?? [];
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
      <Select
        label="Severity"
        description="Critical ones are told in quiet hours, too"
        data={["info", "warning", "critical"]}
        value={body.severity ?? "warning"}
        allowDeselect={false}
        onChange={(severity) => severity && set({ severity: severity as RuleBody["severity"] })}
      />
      <MultiSelect
        label="Channels"
        description="None: it stands only here"
        data={[{ value: EVERY, label: "Every channel" }, ...known.map(({ name }) => name)]}
        value={body.channels ?? [EVERY]}
        error={errorOf("channels")}
        onChange={(chosen) => set({ channels: chosen })}
      />
      <TextInput
        label="Quiet hours"
        placeholder="22:00-07:00 Europe/Berlin"
        value={body.quiet ?? ""}
        error={errorOf("quiet")}
        onChange={(event) => set({ quiet: event.currentTarget.value || null })}
      />
      <NumberInput
        label="Seconds between two updates"
        min={60}
        placeholder="300"
        value={body.update_seconds ?? ""}
        error={errorOf("update_seconds")}
        onChange={(count) => set({ update_seconds: count === "" ? undefined : Number(count) })}
      />
      <Checkbox
        label="It is on"
        checked={body.enabled !== false}
        onChange={(event) => set({ enabled: event.currentTarget.checked })}
      />
    </SimpleGrid>
  );
}
