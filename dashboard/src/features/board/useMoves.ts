import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type Command, order, TASKS } from "@/api/tasks";
import { notifyOfSuccess } from "@/ui/acting/notify";
import type { TaskStatus } from "@/ui/statuses";
import { ask } from "./ask";
import { type Move, nameOf } from "./moves";
import type { Card } from "./queries";

const DONE: Partial<Record<Command, string>> = {
  cancel: "Cancelled",
  retry: "Runs again",
  approve: "Approved",
  reject: "Rejected",
};

interface Moving {
  card: Card;
  move: Move;
  text: string;
}

/** Cards that were moved and of which the server has not said yet that they are there. A refusal takes them back. */
export function useMoves() {
  const client = useQueryClient();
  const [moves, setMoves] = useState<ReadonlyMap<string, TaskStatus>>(new Map());
  const without = (id: string) => setMoves((known) => new Map([...known].filter(([each]) => each !== id)));
  const moving = useMutation({
    mutationFn: ({ card, move, text }: Moving) => order({ id: card.id, command: move.command, text }),
    onMutate: ({ card, move }) => setMoves((known) => new Map(known).set(card.id, move.to)),
    onSuccess: (_done, { card, move }) => notifyOfSuccess(`${DONE[move.command] ?? "Done"}: ${nameOf(card)}`),
    onSettled: async (_done, _error, { card }) => {
      await client.invalidateQueries({ queryKey: [TASKS] });
      without(card.id);
    },
  });
  const reprioritise = useMutation({
    mutationFn: ({ card, priority }: { card: Card; priority: string }) =>
      order({ id: card.id, command: "reprioritise", priority }),
    onSuccess: (_done, { card, priority }) => notifyOfSuccess(`${nameOf(card)} has priority ${priority}`),
    onSettled: () => client.invalidateQueries({ queryKey: [TASKS] }),
  });
  return {
    moves,
    /** Ask if need be, then do it. */
    start: (card: Card, move: Move) => ask(move, (text) => moving.mutate({ card, move, text })),
    reprioritise: (card: Card, priority: string) => reprioritise.mutate({ card, priority }),
  };
}

export type Moves = ReturnType<typeof useMoves>;
