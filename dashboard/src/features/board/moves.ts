import type { Command } from "@/api/tasks";
import { isOver, type TaskStatus } from "@/ui/statuses";
import { laneOf } from "./lanes";
import type { Card } from "./queries";

/** What it means to put a card into another lane, and what is asked before. */
export interface Move {
  command: Command;
  /** Where the card is shown until the server says otherwise. */
  to: TaskStatus;
  word: string;
  /** Nothing is asked where it can be taken back. */
  asks?: { title: string; says: string; danger?: boolean; comment?: boolean };
}

/** null: this lane does not take this card. */
export function moveTo(lane: TaskStatus, card: Card): Move | null {
  const name = nameOf(card);
  if (lane === laneOf(card.status)) return null;
  if (isOver(card.status)) {
    if (lane !== "pending") return null;
    const asks =
      card.status === "succeeded"
        ? { title: `Run ${name} again?`, says: "It has succeeded. Run again, its result is replaced." }
        : undefined;
    return { command: "retry", to: "pending", word: "Retry", asks };
  }
  if (lane === "cancelled") {
    const says = card.status === "running" ? "It is running. What it has not stored yet is lost." : "It will not run.";
    return {
      command: "cancel",
      to: "cancelled",
      word: "Cancel",
      asks: { title: `Cancel ${name}?`, says, danger: true },
    };
  }
  if (card.status !== "awaiting_approval") return null;
  if (lane === "pending") {
    const says = "It begins as soon as a worker is free.";
    return {
      command: "approve",
      to: "pending",
      word: "Approve",
      asks: { title: `Approve ${name}?`, says, comment: true },
    };
  }
  if (lane === "rejected") {
    const asks = { title: `Reject ${name}?`, says: "It ends without having run.", danger: true, comment: true };
    return { command: "reject", to: "rejected", word: "Reject", asks };
  }
  return null;
}

const TARGETS: readonly TaskStatus[] = ["pending", "cancelled", "rejected"];

/** The same for a menu. */
export function movesOf(card: Card): Move[] {
  return TARGETS.map((lane) => moveTo(lane, card)).filter((move) => move !== null);
}

export function nameOf(card: Card): string {
  return [card.task_type, card.ticker].filter(Boolean).join(" ");
}
