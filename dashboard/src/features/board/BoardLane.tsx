import { useDroppable } from "@dnd-kit/core";
import { Anchor, Group, Stack, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useDeferredValue } from "react";
import { Status } from "@/ui/Status";
import { lookOf } from "@/ui/statuses";
import { BoardCard } from "./BoardCard";
import type { Lane } from "./lanes";
import { moveTo } from "./moves";
import type { BoardFilters, Card } from "./queries";
import type { Moves } from "./useMoves";

interface Props {
  lane: Lane;
  dragged: Card | null;
  moves: Moves | null;
  filters: BoardFilters;
}

/** As many as a lane shows without scrolling: they are drawn at once, the others when the browser has time. */
const AT_ONCE = 8;

export function BoardLane({ lane, dragged, moves, filters }: Props) {
  const takes = dragged ? moveTo(lane.name, dragged) : null;
  const drop = useDroppable({ id: lane.name, disabled: dragged !== null && takes === null });
  const { label } = lookOf(lane.name);
  const cards = useDeferredValue(lane.cards, lane.cards.slice(0, AT_ONCE));
  const total = `${lane.total.toLocaleString("en")}${lane.capped ? "+" : ""}`;
  return (
    <section
      ref={drop.setNodeRef}
      className="board-lane"
      aria-label={`${label}: ${total}`}
      data-lane={lane.name}
      data-refuses={(dragged && !takes) || undefined}
      data-over={(takes && drop.isOver) || undefined}
    >
      <Group justify="space-between" px={4}>
        <Status of={lane.name} />
        <Text size="sm" fw={600}>
          {total}
        </Text>
      </Group>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <div className="board-cards" tabIndex={0} role="group" aria-label={`Cards: ${label}`}>
        {dragged && takes && (
          <Text size="xs" className="board-takes">
            {takes.word}
          </Text>
        )}
        {cards.map((card) => (
          <BoardCard key={card.id} card={card} moves={moves} underWay={moves?.moves.has(card.id) ?? false} />
        ))}
        {lane.cards.length === 0 && !takes && (
          <Text size="xs" c="dimmed" ta="center" py="sm">
            None
          </Text>
        )}
        {lane.total > lane.cards.length && (
          <Stack align="center" pb={4}>
            <Anchor
              component={Link}
              to="/tasks"
              search={{ ...filters, status: lane.name === "running" ? ["claimed", "running"] : [lane.name] } as never}
              size="xs"
            >
              The newest {lane.cards.length} are here; show all
            </Anchor>
          </Stack>
        )}
      </div>
    </section>
  );
}
