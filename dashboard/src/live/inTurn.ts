import { useCallback, useEffect, useEffectEvent, useRef } from "react";

export interface InTurn {
  want: () => void;
  stop: () => void;
}

/**
 * Work that is wanted again and again: it begins `pause` milliseconds after it was wanted, and never a second time beside
 * itself. What is wanted meanwhile is done after it: else, when answers take longer than things take to happen, each
 * would be given up for the next and none would ever come.
 */
export function inTurn(work: () => Promise<unknown>, pause: number): InTurn {
  let isWanted = false;
  let isBusy = false;
  let isOver = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function plan(): void {
    if (!isBusy && !isOver) timer ??= setTimeout(go, pause);
  }

  async function go(): Promise<void> {
    timer = undefined;
    isWanted = false;
    isBusy = true;
    // Whoever asks shows their own errors; this only goes on.
    await Promise.allSettled([work()]);
    isBusy = false;
    if (isWanted) plan();
  }

  return {
    want() {
      isWanted = true;
      plan();
    },
    stop() {
      isOver = true;
      clearTimeout(timer);
    },
  };
}

/** The same for as long as a component is there. */
export function useInTurn(work: () => Promise<unknown>, pause: number): () => void {
  const begin = useEffectEvent(work);
  const turns = useRef<InTurn>(undefined);
  useEffect(() => {
    const made = inTurn(() => begin(), pause);
    turns.current = made;
    return made.stop;
  }, [pause]);
  return useCallback(() => turns.current?.want(), []);
}
