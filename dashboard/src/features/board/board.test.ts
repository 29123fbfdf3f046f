import { describe, expect, it } from "vitest";
import type { TaskEvent } from "@/live/stream";
import type { TaskStatus } from "@/ui/statuses";
import { lanesOf, withMoves } from "./lanes";
import { movesOf, moveTo } from "./moves";
import { withEvents } from "./patches";
import type { Board, Card } from "./queries";

function card(id: string, status: TaskStatus): Card {
  return { id, status, task_type: "delay", ticker: null, attempt: 1, retry_count: 0, worker: null } as Card;
}

function board(...cards: Card[]): Board {
  const statuses: TaskStatus[] = ["blocked", "pending", "claimed", "running", "succeeded", "failed", "cancelled"];
  const columns = statuses.map((status) => {
    const tasks = cards.filter((each) => each.status === status);
    return { status, total: { count: tasks.length, capped: false }, tasks };
  });
  return { at: "", columns };
}

function shown(of: Board): Record<string, string[]> {
  return Object.fromEntries(lanesOf(of).map(({ name, cards }) => [name, cards.map(({ id }) => id)]));
}

describe("a board", () => {
  it("shows what is claimed among what runs, and no lane that is empty for long", () => {
    const found = lanesOf(board(card("a", "claimed"), card("b", "running")));
    expect(found.map(({ name, total }) => [name, total])).toEqual([
      ["pending", 0],
      ["running", 2],
      ["succeeded", 0],
      ["failed", 0],
      ["cancelled", 0],
    ]);
  });

  it("shows a dropped card where it was dropped, counted there", () => {
    const moved = withMoves(board(card("a", "failed"), card("b", "pending")), new Map([["a", "pending"]]));
    expect(shown(moved)).toMatchObject({ pending: ["a", "b"], failed: [] });
    expect(lanesOf(moved).map(({ name, total }) => `${name} ${total}`)).toContain("pending 2");
  });

  it("follows what happens", () => {
    const before = board(card("a", "pending"), card("b", "running"));
    const event = { task_id: "a", type: "claimed", status: "claimed", attempt: 2, round: 0, worker_id: "w" };
    const changed = withEvents(before, [event as TaskEvent], () => "mac");
    expect(shown(changed)).toMatchObject({ pending: [], running: ["a", "b"] });
    expect(lanesOf(changed)[1]?.cards[0]).toMatchObject({ worker: "mac", attempt: 2 });
    expect(withEvents(before, [{ ...event, task_id: "else" } as TaskEvent], () => "mac")).toBe(before);
  });
});

describe("putting a card into another lane", () => {
  it("is what can be done to it, or nothing", () => {
    expect(moveTo("pending", card("a", "failed"))).toMatchObject({ command: "retry", asks: undefined });
    expect(moveTo("pending", card("a", "succeeded"))?.asks).toBeDefined();
    expect(moveTo("cancelled", card("a", "running"))?.asks?.danger).toBe(true);
    expect(moveTo("succeeded", card("a", "running"))).toBeNull();
    expect(moveTo("running", card("a", "claimed"))).toBeNull();
    expect(moveTo("cancelled", card("a", "failed"))).toBeNull();
  });

  it("may be a decision", () => {
    const found = movesOf(card("a", "awaiting_approval")).map(({ command }) => command);
    expect(found).toEqual(["approve", "cancel", "reject"]);
  });
});
