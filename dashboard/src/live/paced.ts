/**
 * Hands over what came in batches: the first at once, then at most one batch in `pause` milliseconds. However much
 * happens, the page is painted four times a second at most, and a single change is seen without delay.
 */
export function paced<T>(deliver: (batch: T[]) => void, pause: number): { add: (one: T) => void; stop: () => void } {
  let waiting: T[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;

  function flush(): void {
    timer = undefined;
    if (waiting.length === 0) return;
    const batch = waiting;
    waiting = [];
    timer = setTimeout(flush, pause);
    deliver(batch);
  }

  return {
    add(one) {
      waiting.push(one);
      if (timer === undefined) flush();
    },
    stop() {
      clearTimeout(timer);
      timer = undefined;
      waiting = [];
    },
  };
}
