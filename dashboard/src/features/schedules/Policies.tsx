import { Accordion, Checkbox, NumberInput, Select, SimpleGrid, TextInput } from "@mantine/core";
import { errorAt } from "@/ui/forms/schema";
import type { Part } from "./ScheduleForm";

const OVERLAPS = [
  { value: "skip", label: "Leave the new run out" },
  { value: "buffer_one", label: "One run waits" },
  { value: "buffer_all", label: "All runs wait" },
  { value: "allow_all", label: "They run side by side" },
  { value: "cancel_other", label: "Cancel the run before" },
  { value: "terminate_other", label: "End the run before" },
];
const MISSED = [
  { value: "last", label: "Run once for all that was missed" },
  { value: "all", label: "Make up for each" },
  { value: "none", label: "Make up for nothing" },
];

/** What happens when something is in the way, and when it ends. */
export function Policies({ draft, change, errors, isNew }: Part & { isNew: boolean }) {
  return (
    <Accordion variant="contained">
      <Accordion.Item value="more">
        <Accordion.Control>When something is in the way, and how long it goes on</Accordion.Control>
        <Accordion.Panel>
          <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
            <Select
              label="If the run before is not over"
              data={OVERLAPS}
              value={draft.overlap}
              allowDeselect={false}
              error={errorAt(errors, "overlap")}
              onChange={(overlap) => overlap && change({ overlap })}
            />
            <Select
              label="If the server was away"
              data={MISSED}
              value={draft.missed}
              allowDeselect={false}
              error={errorAt(errors, "missed")}
              onChange={(missed) => missed && change({ missed })}
            />
            <TextInput
              label="How late a run may be"
              placeholder={draft.missed === "none" ? "1m" : "1d"}
              value={draft.missed_window}
              error={errorAt(errors, "missed_window")}
              onChange={(event) => change({ missed_window: event.currentTarget.value })}
            />
            <TextInput
              label="Begin up to so much later"
              placeholder="0s"
              value={draft.jitter}
              error={errorAt(errors, "jitter")}
              onChange={(event) => change({ jitter: event.currentTarget.value })}
            />
            <NumberInput
              label="End after so many runs"
              placeholder="no limit"
              min={1}
              value={draft.runs ?? ""}
              error={errorAt(errors, "runs")}
              onChange={(runs) => change({ runs: runs === "" ? null : Number(runs) })}
            />
            <Checkbox
              mt={{ base: 0, sm: 26 }}
              label="Pause when a task of a run does not succeed"
              checked={draft.pause_on_failure}
              onChange={(event) => change({ pause_on_failure: event.currentTarget.checked })}
            />
            {isNew && (
              <Checkbox
                label="Paused at first"
                checked={draft.paused}
                onChange={(event) => change({ paused: event.currentTarget.checked })}
              />
            )}
          </SimpleGrid>
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}
