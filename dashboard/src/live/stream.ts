/** What happens to tasks, as the API streams it, and how the connection is. The same in a worker and in a tab. */
import type { components } from "@/api/schema";

export type TaskEvent = components["schemas"]["EventView"];

export type Said =
  | { kind: "task"; event: TaskEvent }
  /** Something has happened to a schedule. */
  | { kind: "schedule" }
  /** Nothing has happened, and the connection is alive. */
  | { kind: "beat" }
  /** Too much was missed: load again what is shown. */
  | { kind: "resync" }
  /** Each `open` is a beginning: what happened before it may not have been heard. */
  | { kind: "connection"; state: Connection }
  /** The server refused the stream; nobody may be signed in any more. */
  | { kind: "refused" };

export type Connection = "connecting" | "open" | "lost";

const AGAIN_MS = 2_000;
const LOOK_MS = 5_000;
/**
 * The server says something every ten seconds. A connection on which nothing comes for longer is dead, as after a change
 * of the network or a night with the lid closed, and an EventSource never notices.
 */
export const SILENT_MS = 30_000;

/**
 * Keeps an EventSource open until the function that is returned is called. The browser connects again by itself, with
 * Last-Event-ID, while the server is only away; after a refusal it gives up, and a dead connection it keeps: then a new
 * one is made.
 */
export function openStream(url: string, say: (said: Said) => void): () => void {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isOpen = false;
  let heardAt = Date.now();

  function become(state: "open" | "lost"): void {
    isOpen = state === "open";
    say({ kind: "connection", state });
  }

  function hear(what: "task" | "schedule" | "beat" | "resync", each: (data: string) => Said): void {
    source?.addEventListener(what, ({ data }: MessageEvent<string>) => {
      heardAt = Date.now();
      say(each(data));
      // Not when it is connected: only what follows the first beat is sure to be heard.
      if (what === "beat" && !isOpen) become("open");
    });
  }

  function connect(): void {
    source = new EventSource(url);
    heardAt = Date.now();
    hear("task", (data) => ({ kind: "task", event: JSON.parse(data) as TaskEvent }));
    hear("schedule", () => ({ kind: "schedule" }));
    hear("beat", () => ({ kind: "beat" }));
    hear("resync", () => ({ kind: "resync" }));
    source.onerror = () => {
      become("lost");
      if (source?.readyState !== EventSource.CLOSED) return;
      say({ kind: "refused" });
      clearTimeout(timer);
      timer = setTimeout(connect, AGAIN_MS);
    };
  }

  function look(): void {
    if (source?.readyState === EventSource.CLOSED || Date.now() - heardAt < SILENT_MS) return;
    source?.close();
    become("lost");
    connect();
  }

  connect();
  const watch = setInterval(look, LOOK_MS);
  return () => {
    clearInterval(watch);
    clearTimeout(timer);
    source?.close();
  };
}
