import { Button, Loader } from "@mantine/core";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useEffect, useRef, useState } from "react";
import "./ui.css";

interface Props<T> {
  label: string;
  /** The newest first. */
  lines: readonly T[];
  hasOlder: boolean;
  /** Asks for what is behind the last of them. */
  older: () => void;
  isAsking: boolean;
  children: (line: T) => ReactNode;
}

/** Most have two: what, and what was said of it. */
const LINE = 44;
/** Lines before the end at which older ones are asked for. */
const AHEAD = 40;
/** Further down than this somebody reads. */
const AWAY = 8;

/**
 * A log of any length from its end, of which only the lines are drawn that can be seen. Whoever reads further down is not
 * moved by what comes: it waits behind a button.
 */
export function LogView<T extends { id: number }>({ label, lines, hasOlder, older, isAsking, children }: Props<T>) {
  const frame = useRef<HTMLDivElement>(null);
  /** The newest line that was there when somebody began to read; null: they see what comes. */
  const [held, hold] = useState<number | null>(null);
  const shown = held === null ? lines : lines.filter(({ id }) => id <= held);
  const waiting = lines.length - shown.length;
  const rows = useVirtualizer({
    count: shown.length,
    getScrollElement: () => frame.current,
    estimateSize: () => LINE,
    overscan: 10,
    getItemKey: (index) => shown[index]?.id ?? index,
  });
  const seen = rows.getVirtualItems();
  const last = seen.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasOlder && last >= shown.length - AHEAD) older();
  }, [hasOlder, last, shown.length, older]);

  function onScroll() {
    const isAway = (frame.current?.scrollTop ?? 0) > AWAY;
    if (isAway !== (held !== null)) hold(isAway ? (lines[0]?.id ?? null) : null);
  }

  function toNewest() {
    hold(null);
    frame.current?.scrollTo({ top: 0 });
  }

  return (
    <div className="log-frame">
      {waiting > 0 && (
        <Button className="log-new" size="compact-sm" onClick={toNewest}>
          {waiting.toLocaleString("en")} new
        </Button>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <div ref={frame} className="log" role="group" aria-label={label} tabIndex={0} onScroll={onScroll}>
        <ol style={{ height: rows.getTotalSize() }}>
          {seen.map(({ index, start, key }) => {
            const line = shown[index];
            return (
              line && (
                <li
                  key={key}
                  ref={rows.measureElement}
                  data-index={index}
                  aria-setsize={hasOlder ? -1 : shown.length}
                  aria-posinset={index + 1}
                  style={{ transform: `translateY(${start}px)` }}
                >
                  {children(line)}
                </li>
              )
            );
          })}
        </ol>
        {isAsking && <Loader size="sm" aria-label="Loading older lines" />}
      </div>
    </div>
  );
}
