import { Button, Group, Stack, Text } from "@mantine/core";
import { IconPencil, IconPlus, IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useMay } from "@/api/session";
import { askFirst, openForm } from "@/ui/acting/dialogs";
import { useAct } from "@/ui/acting/useAct";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { type Column, DataTable } from "@/ui/tables/DataTable";
import { kindOf, sentenceOf } from "./kinds";
import { MuteMenu } from "./MuteMenu";
import { RULES, type Rule, rules, steer } from "./queries";
import { RuleForm } from "./RuleForm";
import { Severity } from "./Severity";
import { TestButton } from "./TestButton";

const TOUCHES = [[RULES]];

export function Rules() {
  const list = useQuery(rules);
  const may = useMay();
  if (list.error) return <ErrorSentence error={list.error} again={() => list.refetch()} />;
  if (!list.data) return null;
  const columns: Column<Rule>[] = [
    {
      head: "Rule",
      title: true,
      cell: ({ rule }) => (
        <Text size="sm" fw={600}>
          {rule.name}
        </Text>
      ),
    },
    { head: "Tells of", cell: ({ rule }) => `${kindOf(rule.kind).label}${sentenceOf(rule)}` },
    { head: "Severity", cell: ({ rule }) => <Severity of={rule.severity ?? "warning"} /> },
    { head: "To", cell: ({ rule }) => toWords(rule.channels) },
    { head: "On", cell: ({ rule }) => (rule.enabled === false ? "off" : "on") },
    {
      head: "From",
      cell: ({ origin, changed_by }) => (origin === "api" ? changed_by : <span className="dim">{origin}</span>),
    },
  ];
  if (may.operate) columns.push({ head: "Actions", actions: true, cell: (each) => <RuleActions of={each} /> });
  return (
    <Stack gap="sm">
      {may.administer && (
        <Group justify="flex-end">
          <Button
            size="compact-md"
            leftSection={<IconPlus size={16} aria-hidden />}
            onClick={() => openForm("New rule", (close) => <RuleForm close={close} />)}
          >
            New rule
          </Button>
        </Group>
      )}
      <DataTable label="Rules" columns={columns} rows={list.data} keyOf={({ rule }) => rule.name} />
    </Stack>
  );
}

function toWords(channels: string[] | undefined): string {
  if (!channels || channels.includes("*")) return "every channel";
  return channels.length ? channels.join(", ") : "only here";
}

function RuleActions({ of }: { of: Rule }) {
  const { name } = of.rule;
  const may = useMay();
  const mute = useAct((seconds: number) => steer.muteRule(name, seconds), { touches: TOUCHES });
  const unmute = useAct(() => steer.unmuteRule(name), { touches: TOUCHES });
  const remove = useAct(steer.remove, { touches: TOUCHES, says: (gone) => `The rule ${gone} is deleted.` });
  const ask = () =>
    askFirst({
      title: `Delete the rule ${name}?`,
      says: "Nothing is told of it any more. A rule that was shipped, or that stands in a file, is as it was there when core starts next.",
      word: "Delete",
      onYes: () => remove.mutate(name),
    });
  return (
    <Group gap={4} justify="flex-end" wrap="nowrap">
      <TestButton of={name} send={steer.testRule} />
      <MuteMenu until={of.muted_until} by={of.muted_by} mute={mute.mutate} unmute={() => unmute.mutate()} />
      {may.administer && (
        <Button
          size="compact-xs"
          variant="default"
          aria-label={`Change ${name}`}
          onClick={() => openForm(`Rule ${name}`, (close) => <RuleForm of={of} close={close} />)}
        >
          <IconPencil size={14} aria-hidden />
        </Button>
      )}
      {may.administer && of.origin === "api" && (
        <Button size="compact-xs" variant="default" aria-label={`Delete ${name}`} onClick={ask}>
          <IconTrash size={14} aria-hidden />
        </Button>
      )}
    </Group>
  );
}
