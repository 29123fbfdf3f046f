import { useSyncExternalStore } from "react";

let now = new Date();
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = new Date();
    for (const tell of listeners) tell();
  }, 5_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/** The time, anew every five seconds: one clock for all that says "3 min. ago". */
export function useNow(): Date {
  return useSyncExternalStore(subscribe, () => now);
}

/** What follows from the time, in words: whoever shows it is drawn anew only when the words change. */
export function useAtNow(words: (now: Date) => string): string {
  return useSyncExternalStore(subscribe, () => words(now));
}
