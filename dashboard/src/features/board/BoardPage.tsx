import {
  type CollisionDetection,
  closestCenter,
  DndContext,
  type DragEndEvent,
  DragOverlay,
  KeyboardSensor,
  MouseSensor,
  pointerWithin,
  TouchSensor,
  useSensor,
  useSensors,
} from "@dnd-kit/core";
import { Button, Group, Loader, Stack, Text, Title } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useMay } from "@/api/session";
import { workerNames } from "@/api/tasks";
import { useTaskEvents } from "@/live/live";
import { patchCached } from "@/live/patchCached";
import { useRefresh } from "@/live/useRefresh";
import { Empty } from "@/ui/Empty";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { TextFilter } from "@/ui/forms/TextFilter";
import { TypeFilter } from "@/ui/forms/TypeFilter";
import { lookOf, type TaskStatus } from "@/ui/statuses";
import { CardBody } from "./BoardCard";
import { BoardLane } from "./BoardLane";
import { toNextLane } from "./keyboard";
import { LaneJumps } from "./LaneJumps";
import { lanesOf, withMoves } from "./lanes";
import { moveTo, nameOf } from "./moves";
import { route } from "./page";
import { withEvents } from "./patches";
import { BOARD, type Board, type BoardFilters, boardQuery, type Card } from "./queries";
import { useMoves } from "./useMoves";
import "./board.css";

/** Cards on show follow at once what happens; that new ones come may take this long. */
const REFRESH_MS = 2_000;

/** Tasks as cards, a lane for each state; to move a card is to do something to its task. */
export function BoardPage() {
  const filters = route.useSearch();
  const navigate = useNavigate();
  const may = useMay();
  const moves = useMoves();
  const board = useQuery(boardQuery(filters));
  useLiveBoard();

  const narrow = (changed: BoardFilters) => navigate({ to: "/board", search: changed as never, replace: true });
  const isFiltered = Object.values(filters).some(Boolean);
  const shown = board.data && withMoves(board.data, moves.moves);
  const none = board.data?.columns.every(({ total }) => total.count === 0);

  return (
    <Stack gap="xs" className="board-page">
      <Title order={1}>Board</Title>
      <BoardFilterBar filters={filters} narrow={narrow} />
      {board.error && <ErrorSentence error={board.error} again={() => board.refetch()} />}
      {board.isPending && <Loader aria-label="Loading" />}
      {none && !isFiltered && (
        <Empty title="There are no tasks yet">
          {may.operate && (
            <Button component={Link} to="/submit">
              Create the first one
            </Button>
          )}
        </Empty>
      )}
      {none && isFiltered && (
        <Empty title="No task matches these filters">
          <Button variant="default" onClick={() => narrow({ workspace: undefined })}>
            Clear all filters
          </Button>
        </Empty>
      )}
      {shown && !none && (
        <Lanes board={shown} filters={filters} dimmed={board.isPlaceholderData} moves={may.operate ? moves : null} />
      )}
    </Stack>
  );
}

function useLiveBoard(): void {
  const client = useQueryClient();
  const names = useQuery(workerNames).data;
  useTaskEvents({
    onEvents: (events) =>
      patchCached<Board>(client, BOARD, (board) => withEvents(board, events, (id) => names?.get(id))),
  });
  useRefresh([BOARD], REFRESH_MS);
}

interface FilterProps {
  filters: BoardFilters;
  narrow: (filters: BoardFilters) => void;
}

function BoardFilterBar({ filters, narrow }: FilterProps) {
  return (
    <Group gap="xs">
      <TextFilter
        label="Words in tags, notes, params"
        data-search
        leftSection={<IconSearch size={14} aria-hidden />}
        value={filters.text}
        onChange={(text) => narrow({ ...filters, text })}
        miw={160}
        flex={1}
        maw={320}
      />
      <TypeFilter value={filters.task_type} onChange={(task_type) => narrow({ ...filters, task_type })} />
      <TextFilter label="Ticker" value={filters.ticker} onChange={(ticker) => narrow({ ...filters, ticker })} w={110} />
      <TextFilter
        label="Worker"
        value={filters.worker}
        onChange={(worker) => narrow({ ...filters, worker })}
        w={130}
        visibleFrom="sm"
      />
      <TextFilter
        label="Tag"
        value={filters.tag}
        onChange={(tag) => narrow({ ...filters, tag })}
        w={110}
        visibleFrom="sm"
      />
    </Group>
  );
}

/** Under the pointer; with the keyboard there is none, and the nearest lane is meant. */
const findLane: CollisionDetection = (asked) =>
  asked.pointerCoordinates ? pointerWithin(asked) : closestCenter(asked);

interface LanesProps {
  board: Board;
  filters: BoardFilters;
  dimmed: boolean;
  moves: ReturnType<typeof useMoves> | null;
}

function Lanes({ board, filters, dimmed, moves }: LanesProps) {
  const [dragged, setDragged] = useState<Card | null>(null);
  const lanes = lanesOf(board);
  const sensors = useSensors(
    useSensor(MouseSensor, { activationConstraint: { distance: 6 } }),
    useSensor(TouchSensor, { activationConstraint: { delay: 250, tolerance: 8 } }),
    useSensor(KeyboardSensor, { coordinateGetter: toNextLane }),
  );

  function onDragEnd({ active, over }: DragEndEvent) {
    setDragged(null);
    const card = active.data.current?.card as Card | undefined;
    const move = card && over && moveTo(over.id as TaskStatus, card);
    if (card && move) moves?.start(card, move);
  }

  return (
    <DndContext
      sensors={sensors}
      collisionDetection={findLane}
      accessibility={{ announcements, screenReaderInstructions: { draggable: INSTRUCTIONS } }}
      onDragStart={({ active }) => setDragged((active.data.current?.card as Card | undefined) ?? null)}
      onDragCancel={() => setDragged(null)}
      onDragEnd={onDragEnd}
    >
      <LaneJumps lanes={lanes} />
      <div className="board" data-dimmed={dimmed || undefined}>
        {lanes.map((lane) => (
          <BoardLane key={lane.name} lane={lane} dragged={dragged} moves={moves} filters={filters} />
        ))}
      </div>
      <DragOverlay dropAnimation={null}>
        {dragged && (
          <div className="board-card board-ghost">
            <Text size="sm" fw={600}>
              {nameOf(dragged)}
            </Text>
            <CardBody card={dragged} />
          </div>
        )}
      </DragOverlay>
    </DndContext>
  );
}

const INSTRUCTIONS =
  "To move this card press Space, choose a lane with the arrow keys, and press Space again. Escape leaves it where it is.";

type Dragging = { active: { data: { current?: Record<string, unknown> } }; over?: { id: string | number } | null };

function named({ active }: Dragging): string {
  const card = active.data.current?.card as Card | undefined;
  return card ? nameOf(card) : "the card";
}

function above({ over }: Dragging): string {
  return over ? lookOf(String(over.id)).label : "no lane";
}

const announcements = {
  onDragStart: (event: Dragging) => `Picked up ${named(event)}.`,
  onDragOver: (event: Dragging) => `${named(event)} is above ${above(event)}.`,
  onDragEnd: (event: Dragging) => `${named(event)} was dropped on ${above(event)}.`,
  onDragCancel: (event: Dragging) => `${named(event)} stays where it was.`,
};
