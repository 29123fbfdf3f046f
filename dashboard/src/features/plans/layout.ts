export const BOX = { width: 168, height: 64 };
const GAP = 14;
const BETWEEN = 52;
const MARGIN = 6;
/** Above this a drawing tells nobody anything, and takes a while: there is the table. */
export const MOST_DRAWN = 150;

export interface Link {
  id: string;
  needs: string[];
}

export interface Box {
  id: string;
  /** Of its upper left corner. */
  x: number;
  y: number;
}

export interface Line {
  from: string;
  to: string;
  /** Of an SVG path. */
  path: string;
}

export interface Drawing {
  width: number;
  height: number;
  boxes: Box[];
  lines: Line[];
}

/** How often the columns are put in order after each other, there and back. */
const SWEEPS = 4;

/**
 * Places of the steps in columns, from left to right: each stands right of all that it needs, and near it. (A general
 * library took five seconds for 150 steps; columns and their order are all that is needed.)
 */
export function drawingOf(steps: Link[]): Drawing {
  const known = new Set(steps.map(({ id }) => id));
  const needs = new Map(steps.map((step) => [step.id, step.needs.filter((need) => known.has(need))]));
  const columns = inOrder(columnsOf(needs), needs);
  const most = Math.max(0, ...columns.map((column) => column.length));
  const height = most && 2 * MARGIN + most * BOX.height + (most - 1) * GAP;
  const boxes = columns.flatMap((column, place) => {
    const above = (height - column.length * BOX.height - (column.length - 1) * GAP) / 2;
    const x = MARGIN + place * (BOX.width + BETWEEN);
    return column.map((id, row) => ({ id, x, y: above + row * (BOX.height + GAP) }));
  });
  const width = columns.length && 2 * MARGIN + columns.length * (BOX.width + BETWEEN) - BETWEEN;
  return { width, height, boxes, lines: linesOf(needs, new Map(boxes.map((box) => [box.id, box]))) };
}

type Needs = Map<string, string[]>;

/** Column by column: one that needs nothing stands in the first, others right behind the last that they need. */
function columnsOf(needs: Needs): string[][] {
  const placed = new Map<string, number>();
  function place(id: string): number {
    const found = placed.get(id);
    if (found !== undefined) return found;
    // The API has no circles; should there be one, it is cut here.
    placed.set(id, 0);
    const own = Math.max(-1, ...(needs.get(id) ?? []).map(place)) + 1;
    placed.set(id, own);
    return own;
  }
  const columns: string[][] = [];
  for (const id of needs.keys()) {
    const at = place(id);
    while (columns.length <= at) columns.push([]);
    columns[at]?.push(id);
  }
  return columns;
}

/** Each column by the middle of what its steps are joined to, so that few lines cross. */
function inOrder(columns: string[][], needs: Needs): string[][] {
  const neededBy: Needs = new Map([...needs.keys()].map((id) => [id, []]));
  for (const [id, some] of needs) for (const need of some) neededBy.get(need)?.push(id);
  const sorted = columns.map((column) => [...column]);
  const rows = new Map<string, number>();
  const note = (column: string[]) => {
    for (const [row, id] of column.entries()) rows.set(id, row - (column.length - 1) / 2);
  };
  const sort = (column: string[], joined: Needs) => {
    const middle = new Map(
      column.map((id) => [id, middleOf((joined.get(id) ?? []).map((each) => rows.get(each) ?? 0))]),
    );
    column.sort((one, other) => (middle.get(one) ?? rows.get(one) ?? 0) - (middle.get(other) ?? rows.get(other) ?? 0));
    note(column);
  };
  sorted.forEach(note);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (const column of sorted) sort(column, needs);
    for (const column of sorted.toReversed()) sort(column, neededBy);
  }
  return sorted;
}

function middleOf(rows: number[]): number | undefined {
  return rows.length ? rows.reduce((sum, row) => sum + row, 0) / rows.length : undefined;
}

function linesOf(needs: Needs, boxes: Map<string, Box>): Line[] {
  const lines: Line[] = [];
  for (const [to, some] of needs)
    for (const from of some) {
      const [left, right] = [boxes.get(from), boxes.get(to)];
      if (left && right) lines.push({ from, to, path: pathOf(left, right) });
    }
  return lines;
}

/** From the right side of one box to the left side of another, leaving and arriving level. */
function pathOf(left: Box, right: Box): string {
  const [x, y] = [left.x + BOX.width, left.y + BOX.height / 2];
  const [toX, toY] = [right.x, right.y + BOX.height / 2];
  const bend = BETWEEN / 2;
  return `M${x},${y}C${x + bend},${y} ${toX - bend},${toY} ${toX},${toY}`;
}

const AHEAD: Record<string, (one: Box, from: Box) => number> = {
  ArrowRight: (one, from) => one.x - from.x,
  ArrowLeft: (one, from) => from.x - one.x,
  ArrowDown: (one, from) => one.y - from.y,
  ArrowUp: (one, from) => from.y - one.y,
};

/** Where an arrow key leads: the nearest step in that direction, rather straight ahead than aside. */
export function stepBeside(boxes: Box[], id: string, key: string): string | undefined {
  const from = boxes.find((each) => each.id === id);
  const ahead = AHEAD[key];
  if (!from || !ahead) return undefined;
  const isSideways = key === "ArrowRight" || key === "ArrowLeft";
  let nearest: { id: string; far: number } | undefined;
  for (const one of boxes) {
    const on = ahead(one, from);
    if (on <= 0) continue;
    const far = on + 2 * Math.abs(isSideways ? one.y - from.y : one.x - from.x);
    if (!nearest || far < nearest.far) nearest = { id: one.id, far };
  }
  return nearest?.id;
}
