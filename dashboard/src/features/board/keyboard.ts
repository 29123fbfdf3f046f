import type { KeyboardCoordinateGetter, UniqueIdentifier } from "@dnd-kit/core";

const STEPS: Record<string, number> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/** With the arrow keys a card goes from lane to lane, and only to such as take it. */
export const toNextLane: KeyboardCoordinateGetter = (event, { context }) => {
  const step = STEPS[event.code];
  if (!step) return undefined;
  event.preventDefault();
  const lanes = context.droppableContainers
    .getEnabled()
    .map(({ id }) => ({ id, rect: context.droppableRects.get(id) }))
    .filter((lane): lane is { id: UniqueIdentifier; rect: NonNullable<typeof lane.rect> } => lane.rect !== undefined)
    .sort((one, other) => one.rect.left - other.rect.left);
  const at = lanes.findIndex(({ id }) => id === context.over?.id);
  const next = lanes[at < 0 ? (step > 0 ? 0 : lanes.length - 1) : Math.min(Math.max(at + step, 0), lanes.length - 1)];
  return next ? { x: next.rect.left + 8, y: next.rect.top + 8 } : undefined;
};
