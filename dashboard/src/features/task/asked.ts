const AGAIN_MS = 5_000;

export interface Asked {
  /** Whether it is to be asked for now: not if it was already, and may be on its way. */
  begin: (before: number) => boolean;
  /** There was no answer: some time later it may be asked for once more. Whether that is new, and people are told. */
  fail: (before: number) => boolean;
  /** For what it was asked last. */
  last: () => number | undefined;
}

/** What is older than a line is asked for once. `again` is called when it may be asked for once more. */
export function askedOnce(again: () => void): Asked {
  let last: number | undefined;
  let failed: number | undefined;
  return {
    begin(before) {
      const isNew = last !== before;
      last = before;
      return isNew;
    },
    fail(before) {
      setTimeout(() => {
        if (last !== before) return;
        last = undefined;
        again();
      }, AGAIN_MS);
      const isNew = failed !== before;
      failed = before;
      return isNew;
    },
    last: () => last,
  };
}
