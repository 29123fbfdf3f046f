import { SegmentedControl, Select, Textarea } from "@mantine/core";
import { errorAt } from "@/ui/forms/schema";
import { Section } from "@/ui/Section";
import { type Does, isObject } from "./draft";
import type { Part } from "./TriggerForm";

const DOES: { value: Does; label: string }[] = [
  { value: "task", label: "A task" },
  { value: "plan", label: "A plan" },
  { value: "template", label: "From a template" },
];
const VALUES: Record<Does, { label: string; where: string }> = {
  task: { label: "Params", where: "action.task.params" },
  plan: { label: "Inputs", where: "action.inputs" },
  template: { label: "Fields", where: "action.fields" },
};
const MONO = { input: { fontFamily: "var(--mantine-font-family-monospace)" } };

type Props = Part & { types: string[]; templates: string[] };

/** What it makes, as JSON in which any text may be an expression. */
export function Makes({ draft, change, errors, types, templates }: Props) {
  const { label, where } = VALUES[draft.does];
  const wrong = errors.find(({ field }) => field.startsWith(where))?.message;
  const ofPlan = errors.find(({ field }) => field.startsWith("action.plan"));
  return (
    <Section title="What it makes">
      <SegmentedControl
        aria-label="What it makes"
        data={DOES}
        value={draft.does}
        onChange={(does) => change({ does: does as Does, makes: null })}
      />
      {draft.does !== "plan" && (
        <Select
          label={draft.does === "task" ? "Type" : "Template"}
          required
          searchable
          data={draft.does === "task" ? types : templates}
          value={draft.makes}
          error={errorAt(errors, draft.does === "task" ? "action.task.task_type" : "action.template")}
          allowDeselect={false}
          onChange={(makes) => change({ makes })}
        />
      )}
      {draft.does === "plan" && (
        <Textarea
          label="Plan"
          description="JSON; its own inputs are the examples"
          autosize
          minRows={6}
          maxRows={24}
          value={draft.plan}
          error={
            isObject(draft.plan) ? ofPlan && `${ofPlan.field}: ${ofPlan.message}` : "This is no JSON of an object."
          }
          styles={MONO}
          onChange={(event) => change({ plan: event.currentTarget.value })}
        />
      )}
      <Textarea
        label={label}
        description="JSON; in its texts expressions over payload are filled in"
        autosize
        minRows={3}
        maxRows={14}
        value={draft.values}
        error={isObject(draft.values) ? wrong : "This is no JSON of an object."}
        styles={MONO}
        onChange={(event) => change({ values: event.currentTarget.value })}
      />
    </Section>
  );
}
