import { basePath } from "@/api/client";
import type { Asked } from "./sharedStream";
import { openStream, type Said, SILENT_MS } from "./stream";

/** A tab with a stream of its own lets go of it this long after it was hidden. */
const HIDDEN_MS = 10_000;
const LOOK_MS = 10_000;
/** The worker passes on every beat, and makes a new connection itself. If it is silent for so long, it is no more. */
const GONE_MS = 2 * SILENT_MS;
const URL_OF_STREAM = `${window.location.origin}${basePath}/api/v1/tasks/stream`;

/** Listen to what happens, until the function that is returned is called. */
export function listen(say: (said: Said) => void): () => void {
  return typeof SharedWorker === "undefined" ? listenAlone(say) : listenTogether(say);
}

function listenTogether(say: (said: Said) => void): () => void {
  let port: MessagePort | undefined;
  let heardAt = 0;

  function join(): void {
    port?.close();
    heardAt = Date.now();
    ({ port } = new SharedWorker(new URL("./sharedStream.ts", import.meta.url), { type: "module", name: "clawdbot" }));
    port.onmessage = ({ data }: MessageEvent<Said>) => {
      heardAt = Date.now();
      say(data);
    };
    port.postMessage({ kind: "listen", url: URL_OF_STREAM } satisfies Asked);
  }

  function look(): void {
    if (Date.now() - heardAt < GONE_MS) return;
    say({ kind: "connection", state: "lost" });
    join();
  }

  join();
  const leave = () => port?.postMessage({ kind: "leave" } satisfies Asked);
  // Back from where the browser keeps pages that were left: it is told `open`, and asks anew for what is on show.
  const comeBack = ({ persisted }: PageTransitionEvent) => persisted && join();
  // A tab that was frozen may have been told of nothing since.
  const thaw = () => say({ kind: "resync" });
  const watch = setInterval(look, LOOK_MS);
  window.addEventListener("pagehide", leave);
  window.addEventListener("pageshow", comeBack);
  document.addEventListener("resume", thaw);
  return () => {
    clearInterval(watch);
    window.removeEventListener("pagehide", leave);
    window.removeEventListener("pageshow", comeBack);
    document.removeEventListener("resume", thaw);
    leave();
    port?.close();
  };
}

function listenAlone(say: (said: Said) => void): () => void {
  let close: (() => void) | undefined = openStream(URL_OF_STREAM, say);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const onVisibility = () => {
    clearTimeout(timer);
    if (document.visibilityState === "hidden") {
      timer = setTimeout(() => {
        close?.();
        close = undefined;
      }, HIDDEN_MS);
    } else if (!close) {
      close = openStream(URL_OF_STREAM, say);
    }
  };
  document.addEventListener("visibilitychange", onVisibility);
  return () => {
    document.removeEventListener("visibilitychange", onVisibility);
    clearTimeout(timer);
    close?.();
  };
}
