import { basePath } from "@/api/client";
import type { Asked } from "./sharedStream";
import { openStream, type Said } from "./stream";

/** A tab with a stream of its own lets go of it this long after it was hidden. */
const HIDDEN_MS = 10_000;
const URL_OF_STREAM = `${window.location.origin}${basePath}/api/v1/tasks/stream`;

/** Listen to what happens, until the function that is returned is called. */
export function listen(say: (said: Said) => void): () => void {
  return typeof SharedWorker === "undefined" ? listenAlone(say) : listenTogether(say);
}

function listenTogether(say: (said: Said) => void): () => void {
  const worker = new SharedWorker(new URL("./sharedStream.ts", import.meta.url), { type: "module", name: "clawdbot" });
  const ask = (asked: Asked) => worker.port.postMessage(asked);
  worker.port.onmessage = ({ data }: MessageEvent<Said>) => say(data);
  ask({ kind: "listen", url: URL_OF_STREAM });
  const leave = () => ask({ kind: "leave" });
  const comeBack = (event: PageTransitionEvent) => {
    if (event.persisted) ask({ kind: "listen", url: URL_OF_STREAM });
  };
  window.addEventListener("pagehide", leave);
  window.addEventListener("pageshow", comeBack);
  return () => {
    window.removeEventListener("pagehide", leave);
    window.removeEventListener("pageshow", comeBack);
    leave();
    worker.port.close();
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
      say({ kind: "resync" });
    }
  };
  document.addEventListener("visibilitychange", onVisibility);
  return () => {
    document.removeEventListener("visibilitychange", onVisibility);
    clearTimeout(timer);
    close?.();
  };
}
