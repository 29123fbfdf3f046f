/** What happens to tasks, as the API streams it, and how the connection is. The same in a worker and in a tab. */
import type { components } from "@/api/schema";

export type TaskEvent = components["schemas"]["EventView"];

export type Said =
  | { kind: "task"; event: TaskEvent }
  /** Too much was missed: load again what is shown. */
  | { kind: "resync" }
  | { kind: "connection"; state: Connection }
  /** The server refused the stream; nobody may be signed in any more. */
  | { kind: "refused" };

export type Connection = "connecting" | "open" | "lost";

const AGAIN_MS = 2_000;

/**
 * Keeps an EventSource open until the function that is returned is called. The browser connects again by itself, with
 * Last-Event-ID, while the server is only away; after a refusal it gives up, so a new one is made.
 */
export function openStream(url: string, say: (said: Said) => void): () => void {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wasOpen = false;

  function connect(): void {
    source = new EventSource(url);
    // A new EventSource knows no last id.
    let missed = wasOpen;
    source.onopen = () => {
      say({ kind: "connection", state: "open" });
      if (missed) say({ kind: "resync" });
      missed = false;
      wasOpen = true;
    };
    source.addEventListener("task", (event) => say({ kind: "task", event: JSON.parse(event.data) as TaskEvent }));
    source.addEventListener("resync", () => say({ kind: "resync" }));
    source.onerror = () => {
      say({ kind: "connection", state: "lost" });
      if (source?.readyState !== EventSource.CLOSED) return;
      say({ kind: "refused" });
      clearTimeout(timer);
      timer = setTimeout(connect, AGAIN_MS);
    };
  }

  connect();
  return () => {
    clearTimeout(timer);
    source?.close();
  };
}
