import { MultiSelect, NumberInput, SegmentedControl, Select, SimpleGrid, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { errorAt } from "@/ui/forms/schema";
import { Section } from "@/ui/Section";
import type { Kind } from "./draft";
import { recordKinds } from "./queries";
import type { Part } from "./TriggerForm";

const LABELS: { value: Kind; label: string }[] = [
  { value: "hook", label: "A hook is called" },
  { value: "task", label: "Tasks end" },
  { value: "plan", label: "A plan ends" },
  { value: "record", label: "A row comes" },
];
const SIGNATURES = [
  { value: "github", label: "As GitHub does" },
  { value: "stripe", label: "As Stripe does" },
  { value: "standard", label: "Standard Webhooks" },
  { value: "bearer", label: "Just the secret (Bearer)" },
];
const ALIKE = [
  { value: "any", label: "all of them" },
  { value: "ticker", label: "those of one ticker" },
  { value: "task", label: "each task by itself" },
];
const ENDS = ["succeeded", "failed", "cancelled", "rejected"];

type Props = Part & { types: string[]; isNew: boolean };

/** What has to happen. */
export function SetOff(props: Props) {
  const { draft, change, errors } = props;
  return (
    <Section title="When">
      <SegmentedControl
        aria-label="What has to happen"
        data={LABELS}
        value={draft.kind}
        onChange={(kind) => change({ kind: kind as Kind, statuses: ["failed"] })}
      />
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
        <Told {...props} />
        <TextInput
          label="Only if"
          description="CEL over payload and headers; empty: always"
          placeholder={draft.kind === "record" ? "payload.record.form == '8-K'" : ""}
          value={draft.filter}
          error={errorAt(errors, "filter")}
          onChange={(event) => change({ filter: event.currentTarget.value })}
        />
      </SimpleGrid>
    </Section>
  );
}

function Told(props: Props) {
  switch (props.draft.kind) {
    case "hook":
      return <OfHook {...props} />;
    case "task":
      return <OfTasks {...props} />;
    case "plan":
      return <OfPlans {...props} />;
    case "record":
      return <OfRecords {...props} />;
  }
}

function OfHook({ draft, change, errors, isNew }: Props) {
  return (
    <>
      <Select
        label="How it is signed"
        data={SIGNATURES}
        value={draft.signature}
        allowDeselect={false}
        error={errorAt(errors, "source.hook.signature")}
        onChange={(signature) => signature && change({ signature })}
      />
      {isNew && (
        <TextInput
          label="Secret of the sender"
          description="Only where the sender chooses it, as Stripe does; else one is made"
          value={draft.secret}
          error={errorAt(errors, "secret")}
          onChange={(event) => change({ secret: event.currentTarget.value })}
        />
      )}
    </>
  );
}

function Ends({ draft, change, errors, of }: Props & { of: string[] }) {
  return (
    <MultiSelect
      label="How it ends"
      data={of}
      value={draft.statuses}
      error={errorAt(errors, `source.${draft.kind}.statuses`)}
      onChange={(statuses) => change({ statuses })}
    />
  );
}

function OfTasks(props: Props) {
  const { draft, change, errors, types } = props;
  return (
    <>
      <Ends {...props} of={ENDS} />
      <Select
        label="Of the type"
        placeholder="any"
        clearable
        searchable
        data={types}
        value={draft.task_type}
        error={errorAt(errors, "source.task_type")}
        onChange={(task_type) => change({ task_type })}
      />
      <NumberInput
        label="After so many of them"
        min={1}
        max={1_000}
        value={draft.times}
        error={errorAt(errors, "source.task.times")}
        onChange={(times) => change({ times: Number(times) })}
      />
      {draft.times > 1 && (
        <>
          <TextInput
            label="Within"
            description="Such as 1h or 1d"
            value={draft.within}
            error={errorAt(errors, "source.task.within")}
            onChange={(event) => change({ within: event.currentTarget.value })}
          />
          <Select
            label="Counted together"
            data={ALIKE}
            value={draft.alike}
            allowDeselect={false}
            onChange={(alike) => alike && change({ alike })}
          />
        </>
      )}
    </>
  );
}

function OfPlans(props: Props) {
  const { draft, change, errors } = props;
  return (
    <>
      <Ends {...props} of={ENDS.slice(0, 3)} />
      <TextInput
        label="Of the name"
        placeholder="any"
        value={draft.plan_name}
        error={errorAt(errors, "source.plan.name")}
        onChange={(event) => change({ plan_name: event.currentTarget.value })}
      />
    </>
  );
}

function OfRecords({ draft, change, errors }: Props) {
  const kinds = useQuery(recordKinds);
  return (
    <Select
      label="A new row of"
      required
      searchable
      data={(kinds.data ?? []).map(({ kind }) => kind)}
      value={draft.record}
      error={errorAt(errors, "source.record.record")}
      onChange={(record) => change({ record })}
    />
  );
}
