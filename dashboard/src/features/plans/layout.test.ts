import { expect, test } from "vitest";
import { BOX, type Drawing, drawingOf, type Link, MOST_DRAWN, stepBeside } from "./layout";

const DIAMOND: Link[] = [
  { id: "crawl", needs: [] },
  { id: "score", needs: ["crawl"] },
  { id: "read", needs: ["crawl"] },
  { id: "tell", needs: ["score", "read"] },
];

function at({ boxes }: Drawing, id: string) {
  const found = boxes.find((each) => each.id === id);
  if (!found) throw new Error(id);
  return found;
}

function overlaps({ boxes }: Drawing): boolean {
  return boxes.some((one, place) =>
    boxes.slice(place + 1).some(({ x, y }) => Math.abs(x - one.x) < BOX.width && Math.abs(y - one.y) < BOX.height),
  );
}

test("each step stands right of what it needs", () => {
  const drawing = drawingOf(DIAMOND);
  for (const { id, needs } of DIAMOND)
    for (const need of needs) expect(at(drawing, id).x).toBeGreaterThanOrEqual(at(drawing, need).x + BOX.width);
  expect(at(drawing, "score").x).toBe(at(drawing, "read").x);
  expect(drawing.lines.map(({ from, to }) => `${from}>${to}`).sort()).toEqual([
    "crawl>read",
    "crawl>score",
    "read>tell",
    "score>tell",
  ]);
  expect(drawing.lines.every(({ path }) => /^M[\d.]+,[\d.]+C/.test(path))).toBe(true);
});

test("what is needed and not on show is no line", () => {
  const { boxes, lines } = drawingOf([{ id: "tell", needs: ["elsewhere"] }]);
  expect(boxes).toHaveLength(1);
  expect(lines).toEqual([]);
  expect(drawingOf([])).toEqual({ width: 0, height: 0, boxes: [], lines: [] });
});

test("the largest that is drawn is drawn without overlap, within its frame", () => {
  const steps = Array.from({ length: MOST_DRAWN }, (_, place) => ({
    id: `s${place}`,
    needs: [place - 1, place - 7, Math.floor(place / 3) - 1].filter((n) => n >= 0 && n < place).map((n) => `s${n}`),
  }));
  const drawing = drawingOf(steps);
  expect(overlaps(drawing)).toBe(false);
  for (const { x, y } of drawing.boxes) {
    expect(Math.min(x, y)).toBeGreaterThanOrEqual(0);
    expect(x + BOX.width).toBeLessThanOrEqual(drawing.width);
    expect(y + BOX.height).toBeLessThanOrEqual(drawing.height);
  }
});

test("arrow keys go along", () => {
  const { boxes } = drawingOf(DIAMOND);
  const [upper, lower] = boxes.filter(({ id }) => id === "score" || id === "read").sort((one, two) => one.y - two.y);
  if (!upper || !lower) throw new Error("two in the middle");
  expect([upper.id, lower.id]).toContain(stepBeside(boxes, "crawl", "ArrowRight"));
  expect(stepBeside(boxes, upper.id, "ArrowDown")).toBe(lower.id);
  expect(stepBeside(boxes, lower.id, "ArrowUp")).toBe(upper.id);
  expect(stepBeside(boxes, lower.id, "ArrowLeft")).toBe("crawl");
  expect(stepBeside(boxes, "crawl", "ArrowLeft")).toBeUndefined();
  expect(stepBeside(boxes, "crawl", "Enter")).toBeUndefined();
});
