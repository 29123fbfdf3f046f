import { Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { undoOf } from "./limits";
import type { Decision } from "./queries";
import type { AgentActions } from "./useAgent";

export function askUndo(decision: Decision, actions: AgentActions): void {
  modals.openConfirmModal({
    title: `Undo: ${titleOf(decision)}?`,
    children: <Text size="sm">{undoOf(decision)}</Text>,
    labels: { confirm: "Undo", cancel: "Leave it" },
    confirmProps: { color: "red" },
    onConfirm: () => actions.undo.mutate(decision.id),
  });
}

export function titleOf({ kind, source, ticker }: Decision): string {
  return [kind, source, ticker === "*" ? "" : ticker].filter(Boolean).join(" ");
}
