import { type MouseEvent, type PointerEvent, useRef } from "react";
import { type Bar, keyOf } from "./layout";

/**
 * A finger cannot point before it presses, as a mouse does: its first touch shows a bar, and the next one opens it.
 * Handlers for whatever is around the bars.
 */
export function useFinger(shown: string | null, show: (key: string) => void, open: (bar: Bar) => void) {
  // What was shown when the finger came down; undefined: it is none. A link is focused, and so shown, before it is clicked.
  const before = useRef<string | null | undefined>(undefined);
  const forget = () => {
    before.current = undefined;
  };
  return {
    onPointerDown: ({ pointerType }: PointerEvent) => {
      before.current = pointerType === "touch" ? shown : undefined;
    },
    onPointerCancel: forget,
    /** ``meant``: the bar that lies where it happened. */
    onClickCapture: (event: MouseEvent, meant: () => Bar | undefined) => {
      if (before.current === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      const bar = meant();
      if (bar && keyOf(bar) === before.current) open(bar);
      else if (bar) show(keyOf(bar));
      forget();
    },
  };
}
