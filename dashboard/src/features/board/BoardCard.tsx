import { useDraggable } from "@dnd-kit/core";
import { Menu, Progress } from "@mantine/core";
import { IconDotsVertical, IconGripVertical } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { memo, type ReactElement, useState } from "react";
import { PRIORITIES } from "@/api/tasks";
import { Status } from "@/ui/Status";
import { isOver } from "@/ui/statuses";
import { span } from "@/ui/time/moments";
import { Time } from "@/ui/time/Time";
import { laneOf } from "./lanes";
import { movesOf, nameOf } from "./moves";
import type { Card } from "./queries";
import type { Moves } from "./useMoves";

interface Props {
  card: Card;
  /** null: who looks may not move anything. */
  moves: Moves | null;
  underWay: boolean;
}

export const BoardCard = memo(BoardCardOf, (one, other) => one.card === other.card && one.underWay === other.underWay);

function BoardCardOf({ card, moves, underWay }: Props) {
  const canMove = moves !== null && !underWay && movesOf(card).length > 0;
  const drag = useDraggable({ id: card.id, data: { card }, disabled: !canMove });
  const { onMouseDown, onTouchStart, onKeyDown } = (drag.listeners ?? {}) as Record<string, never>;
  return (
    <article
      ref={drag.setNodeRef}
      className="board-card"
      data-card={card.id}
      data-dragging={drag.isDragging || undefined}
      data-under-way={underWay || undefined}
      aria-label={`${nameOf(card)} ${card.id.slice(0, 8)}`}
      onMouseDown={onMouseDown}
      onTouchStart={onTouchStart}
    >
      <div className="board-line">
        <span className="board-name">
          {canMove && (
            <button
              type="button"
              ref={drag.setActivatorNodeRef}
              className="board-button"
              {...drag.attributes}
              onKeyDown={onKeyDown}
              aria-label={`Move ${nameOf(card)} ${card.id.slice(0, 8)}`}
            >
              <IconGripVertical size={14} />
            </button>
          )}
          <Link to="/tasks/$id" params={{ id: card.id } as never} className="board-link" draggable={false}>
            {nameOf(card)}
          </Link>
        </span>
        {moves && <CardMenu card={card} moves={moves} />}
      </div>
      <CardBody card={card} />
    </article>
  );
}

/** What a card says; also of the one that is being dragged. */
export function CardBody({ card }: { card: Card }) {
  return (
    <>
      {laneOf(card.status) !== card.status && <Status of={card.status} size="sm" />}
      <Going card={card} />
      <div className="board-line dim">
        <span className="board-cut">{workedBy(card)}</span>
        <span className="nowrap">
          <Time at={card.completed_at ?? card.started_at ?? card.run_at ?? card.created_at} />
        </span>
      </div>
    </>
  );
}

/** Who works on it, at which attempt. */
function workedBy(card: Card): string {
  const attempt = card.attempt > 0 && card.max_attempts > 1 ? `attempt ${card.attempt} of ${card.max_attempts}` : "";
  const again = card.retry_count > 0 ? `retried ${card.retry_count}×` : "";
  const priority = !isOver(card.status) && card.priority_label !== "normal" ? card.priority_label : "";
  return [card.worker, attempt, again, priority].filter(Boolean).join(" · ");
}

/** How far it is, why it waits, or what it failed with. */
function Going({ card }: { card: Card }) {
  const { percent, step } = (card.progress ?? {}) as { percent?: number; step?: string };
  if (laneOf(card.status) === "running")
    return (
      <>
        {percent !== undefined && <Progress value={percent} size="sm" aria-label={`Progress of ${nameOf(card)}`} />}
        {(step || percent !== undefined) && (
          <span className="board-cut">
            {[percent !== undefined && `${Math.round(percent)} %`, step].filter(Boolean).join(" · ")}
          </span>
        )}
      </>
    );
  if (card.status === "failed")
    return (
      <span className="board-said" title={card.error_message ?? undefined}>
        {card.error_message || card.error_type}
      </span>
    );
  if (card.status === "succeeded" && card.started_at && card.completed_at)
    return (
      <span className="dim">
        took {span(new Date(card.completed_at).getTime() - new Date(card.started_at).getTime())}
      </span>
    );
  if (!card.waiting_because) return null;
  return (
    <span className="board-said" title={card.waiting_because}>
      {card.waiting_because}
    </span>
  );
}

/** Most menus of a board are never opened: before the first time there is only their button. */
function CardMenu({ card, moves }: { card: Card; moves: Moves }) {
  const [isWanted, setWanted] = useState(false);
  const button = (
    <button
      type="button"
      className="board-button"
      aria-haspopup="menu"
      aria-label={`Actions for ${nameOf(card)} ${card.id.slice(0, 8)}`}
      // biome-ignore lint/a11y/noAutofocus: it takes the place of the one that was pressed, to which the focus returns
      autoFocus={isWanted}
      onClick={() => setWanted(true)}
      onMouseDown={(event) => event.stopPropagation()}
      onTouchStart={(event) => event.stopPropagation()}
    >
      <IconDotsVertical size={14} />
    </button>
  );
  return isWanted ? <OpenMenu card={card} moves={moves} target={button} /> : button;
}

function OpenMenu({ card, moves, target }: { card: Card; moves: Moves; target: ReactElement }) {
  const waits = card.status === "pending" || card.status === "scheduled";
  return (
    <Menu position="bottom-end" withinPortal defaultOpened>
      <Menu.Target>{target}</Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component={Link} to="/tasks/$id" params={{ id: card.id } as never}>
          Open
        </Menu.Item>
        {movesOf(card).map((move) => (
          <Menu.Item
            key={move.command}
            color={move.asks?.danger ? "red" : undefined}
            onClick={() => moves.start(card, move)}
          >
            {move.word}
          </Menu.Item>
        ))}
        {waits && <Menu.Label>Priority</Menu.Label>}
        {waits &&
          PRIORITIES.filter((each) => each !== card.priority_label).map((priority) => (
            <Menu.Item key={priority} onClick={() => moves.reprioritise(card, priority)}>
              {priority}
            </Menu.Item>
          ))}
      </Menu.Dropdown>
    </Menu>
  );
}
