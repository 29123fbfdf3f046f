import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openStream, type Said, SILENT_MS } from "./stream";

class Source {
  static CLOSED = 2;
  static made: Source[] = [];
  readyState = 1;
  onerror: (() => void) | null = null;
  private listeners = new Map<string, (event: { data: string }) => void>();

  constructor(readonly url: string) {
    Source.made.push(this);
  }

  addEventListener(type: string, listener: (event: { data: string }) => void): void {
    this.listeners.set(type, listener);
  }

  close(): void {
    this.readyState = Source.CLOSED;
  }

  send(type: string, data: object = {}): void {
    this.listeners.get(type)?.({ data: JSON.stringify(data) });
  }

  fail(readyState: number): void {
    this.readyState = readyState;
    this.onerror?.();
  }
}

let said: Said[];
let close: () => void;
const states = () => said.flatMap((each) => (each.kind === "connection" ? [each.state] : []));
const last = () => Source.made.at(-1) as Source;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("EventSource", Source);
  Source.made = [];
  said = [];
  close = openStream("/stream", (each) => said.push(each));
});
afterEach(() => {
  close();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test("it is open once the server says that it tells all, not when it is connected", () => {
  expect(states()).toEqual([]);
  last().send("beat");
  last().send("beat");
  expect(states()).toEqual(["open"]);
});

test("each time that it is cut and comes back is a beginning", () => {
  last().send("beat");
  last().fail(0);
  last().send("beat");
  expect(states()).toEqual(["open", "lost", "open"]);
});

test("a first connection that is refused is followed by a beginning, too", () => {
  last().fail(Source.CLOSED);
  vi.advanceTimersByTime(2_000);
  last().send("beat");
  expect(Source.made).toHaveLength(2);
  expect(states()).toEqual(["lost", "open"]);
});

test("a connection on which nothing comes any more is given up for another", () => {
  last().send("beat");
  vi.advanceTimersByTime(SILENT_MS - 5_000);
  last().send("task", { id: 1 });
  vi.advanceTimersByTime(SILENT_MS - 5_000);
  expect(states()).toEqual(["open"]);
  vi.advanceTimersByTime(10_000);
  expect(states()).toEqual(["open", "lost"]);
  expect(Source.made.map(({ readyState }) => readyState)).toEqual([Source.CLOSED, 1]);
  last().send("beat");
  expect(states()).toEqual(["open", "lost", "open"]);
});

test("what happens to a schedule is no event of a task", () => {
  last().send("schedule", { task_id: "s" });
  expect(said).toEqual([{ kind: "schedule" }]);
});
