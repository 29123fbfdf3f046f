/**
 * Hands over what came in batches: the first at once, then at most one batch in `pause` milliseconds. However much
 * happens, the page is painted four times a second at most, and a single change is seen without delay. While `holds`
 * says so, nothing is handed over, until `go`.
 */
export interface Paced<T> {
  add: (one: T) => void;
  go: () => void;
  /** Forgets what waits. */
  stop: () => void;
  waiting: () => number;
}

export function paced<T>(deliver: (batch: T[]) => void, pause: number, holds: () => boolean = () => false): Paced<T> {
  let waiting: T[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;

  function flush(): void {
    timer = undefined;
    if (waiting.length === 0 || holds()) return;
    const batch = waiting;
    waiting = [];
    timer = setTimeout(flush, pause);
    deliver(batch);
  }

  function go(): void {
    if (timer === undefined) flush();
  }

  return {
    add(one) {
      waiting.push(one);
      go();
    },
    go,
    stop() {
      clearTimeout(timer);
      timer = undefined;
      waiting = [];
    },
    waiting: () => waiting.length,
  };
}
