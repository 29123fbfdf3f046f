import { Button, Group, SegmentedControl, Select, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { errorAt } from "@/ui/forms/schema";
import { Section } from "@/ui/Section";
import { useSettings, ZONES } from "@/ui/settings";
import { TimeInput } from "@/ui/time/TimeInput";
import { isTimed, type Kind, timingOf } from "./draft";
import { NextRuns } from "./NextRuns";
import { previewOf } from "./queries";
import type { Part } from "./ScheduleForm";
import { cronInWords } from "./words";

const LABELS: { value: Kind; label: string }[] = [
  { value: "cron", label: "Cron" },
  { value: "every", label: "Every" },
  { value: "rrule", label: "Rule" },
  { value: "at", label: "Once" },
];
const OFTEN_MEANT = [
  ["Every morning", "0 7 * * *"],
  ["Weekdays", "0 7 * * MON-FRI"],
  ["Mondays", "0 7 * * MON"],
  ["Every hour", "0 * * * *"],
  ["First of the month", "0 7 1 * *"],
] as const;

/** When it is due, with the next runs while it is entered. */
export function WhenPicker(part: Part) {
  const { draft, change, errors } = part;
  return (
    <Section title="When">
      <SegmentedControl
        aria-label="How it is told"
        data={LABELS}
        value={draft.kind}
        onChange={(kind) => change({ kind: kind as Kind })}
      />
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
        <Told {...part} />
        {draft.kind !== "at" && (
          <Select
            label="Time zone"
            description={draft.kind === "every" ? "Only for how it is shown" : "Whose clock on the wall is meant"}
            data={ZONES.includes(draft.zone) ? ZONES : [draft.zone, ...ZONES]}
            value={draft.zone}
            searchable
            limit={50}
            allowDeselect={false}
            error={errorAt(errors, "timing.zone")}
            onChange={(zone) => zone && change({ zone })}
          />
        )}
        {draft.kind !== "at" && (
          <>
            <TimeInput
              label="Not before"
              value={draft.starts_at}
              error={errorAt(errors, "timing.starts_at")}
              onChange={(starts_at) => change({ starts_at })}
            />
            <TimeInput
              label="Not after"
              value={draft.ends_at}
              error={errorAt(errors, "timing.ends_at")}
              onChange={(ends_at) => change({ ends_at })}
            />
          </>
        )}
      </SimpleGrid>
      <Preview {...part} />
    </Section>
  );
}

function Told({ draft, change, errors }: Part) {
  switch (draft.kind) {
    case "cron":
      return (
        <Stack gap={6}>
          <TextInput
            label="Cron line"
            description={cronInWords(draft.cron) ?? "minute, hour, day of month, month, day of week"}
            required
            value={draft.cron}
            error={errorAt(errors, "timing.cron")}
            onChange={(event) => change({ cron: event.currentTarget.value })}
          />
          <Group gap={6}>
            {OFTEN_MEANT.map(([label, cron]) => (
              <Button key={cron} size="compact-xs" variant="default" onClick={() => change({ cron })}>
                {label}
              </Button>
            ))}
          </Group>
        </Stack>
      );
    case "every":
      return (
        <TextInput
          label="Every"
          description="Such as 15m, 2h or 1d: time that passes"
          required
          value={draft.every}
          error={errorAt(errors, "timing.every")}
          onChange={(event) => change({ every: event.currentTarget.value })}
        />
      );
    case "rrule":
      return (
        <TextInput
          label="Rule (RFC 5545)"
          description="Such as FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;BYHOUR=7"
          required
          value={draft.rrule}
          error={errorAt(errors, "timing.rrule")}
          onChange={(event) => change({ rrule: event.currentTarget.value })}
        />
      );
    case "at":
      return (
        <TimeInput label="At" value={draft.at} error={errorAt(errors, "timing.at")} onChange={(at) => change({ at })} />
      );
  }
}

const TYPING_MS = 300;

function Preview({ draft }: Part) {
  const { zone } = useSettings();
  const [timing] = useDebouncedValue(JSON.stringify(timingOf(draft)), TYPING_MS);
  const preview = useQuery({
    ...previewOf(JSON.parse(timing), zone),
    enabled: isTimed(draft),
    placeholderData: keepPreviousData,
    retry: false,
  });
  if (!isTimed(draft)) return null;
  if (preview.error) return <ErrorSentence error={preview.error} />;
  const runs = preview.data?.runs;
  return (
    <div aria-live="polite" data-preview>
      <Text size="sm" fw={600}>
        Next runs, {zone}
      </Text>
      {runs && runs.length > 0 && <NextRuns of={runs} />}
      {runs?.length === 0 && <Text size="sm">It would never be due.</Text>}
    </div>
  );
}
