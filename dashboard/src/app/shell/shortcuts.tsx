import { Kbd, Table } from "@mantine/core";
import { modals } from "@mantine/modals";
import { useEffect } from "react";
import type { NavigationEntry } from "../page";

/** How long a g waits for the second key. */
const PAIR_MS = 1_500;

const FIXED: [keys: string, what: string][] = [
  ["Ctrl K", "Go to a page or do something"],
  ["/", "Search in the list"],
  ["?", "This list"],
];

export function openShortcuts(offered: NavigationEntry[]): void {
  const rows = [...FIXED, ...offered.map(({ key, label }) => [`g ${key}`, `Go to ${label}`] as const)];
  modals.open({
    title: "Keyboard shortcuts",
    children: (
      <Table
        data={{
          head: ["Keys", "What they do"],
          body: rows.map(([keys, what]) => [<Kbd key={keys}>{keys}</Kbd>, what]),
        }}
      />
    ),
  });
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

/** Single keys, where nobody is typing, to what is offered. */
export function useShortcuts(offered: NavigationEntry[], go: (path: string) => void): void {
  useEffect(() => {
    let gAt = Number.NEGATIVE_INFINITY;
    function onKey(event: KeyboardEvent): void {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || openDialog()) return;
      if (event.timeStamp - gAt < PAIR_MS) {
        const entry = offered.find(({ key }) => key === event.key);
        if (entry) go(entry.path);
        gAt = Number.NEGATIVE_INFINITY;
      } else if (event.key === "g") gAt = event.timeStamp;
      else if (event.key === "?") openShortcuts(offered);
      else if (event.key === "/") {
        const search = document.querySelector<HTMLInputElement>("[data-search]");
        if (search) event.preventDefault();
        search?.focus();
      }
    }
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [offered, go]);
}

function openDialog(): boolean {
  return document.querySelector('[role="dialog"]') !== null;
}
