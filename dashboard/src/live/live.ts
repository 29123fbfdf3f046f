/** What the tab knows of the stream: its connection, and whoever wants to hear of changes. */
import { useEffect, useEffectEvent, useSyncExternalStore } from "react";
import { paced } from "./paced";
import { note } from "./recent";
import { listen } from "./source";
import type { Connection, Said, TaskEvent } from "./stream";

const PAUSE_MS = 250;

export interface Health {
  connection: Connection;
  /** When the server was last heard of; null: not yet. */
  heardAt: Date | null;
}

export interface Hearer {
  onEvents?: (events: TaskEvent[]) => void;
  /** Something was missed. */
  onResync?: () => void;
  /** The stream has just begun: what happened before this, while the page was loading already, was not heard. */
  onBegun?: () => void;
}

const hearers = new Set<Hearer>();
const watchers = new Set<() => void>();
const refusals = new Set<() => void>();
let health: Health = { connection: "connecting", heardAt: null };

function become(changes: Partial<Health>): void {
  health = { ...health, ...changes };
  for (const tell of watchers) tell();
}

const batches = paced<TaskEvent>((events) => {
  become({ heardAt: new Date() });
  for (const hearer of hearers) hearer.onEvents?.(events);
}, PAUSE_MS);

function hear(said: Said): void {
  if (said.kind === "task") {
    note(said.event);
    batches.add(said.event);
  } else if (said.kind === "resync") for (const hearer of hearers) hearer.onResync?.();
  else if (said.kind === "refused") for (const tell of refusals) tell();
  else hearConnection(said.state);
}

function hearConnection(connection: Connection): void {
  const begins = health.connection === "connecting" && connection === "open";
  become({ connection, ...(connection === "open" ? { heardAt: new Date() } : {}) });
  if (begins) for (const hearer of hearers) hearer.onBegun?.();
}

/** The stream is open while this is mounted: once, in the shell of somebody who is signed in. */
export function useStream(onRefused: () => void): void {
  const refused = useEffectEvent(onRefused);
  useEffect(() => {
    const tell = () => refused();
    refusals.add(tell);
    const leave = listen(hear);
    return () => {
      leave();
      refusals.delete(tell);
      batches.stop();
      become({ connection: "connecting" });
    };
  }, []);
}

/** Called with what happened, four times a second at most. */
export function useTaskEvents(hearer: Hearer): void {
  const onEvents = useEffectEvent((events: TaskEvent[]) => hearer.onEvents?.(events));
  const onResync = useEffectEvent(() => hearer.onResync?.());
  const onBegun = useEffectEvent(() => hearer.onBegun?.());
  useEffect(() => {
    const each: Hearer = {
      onEvents: (events) => onEvents(events),
      onResync: () => onResync(),
      onBegun: () => onBegun(),
    };
    hearers.add(each);
    return () => {
      hearers.delete(each);
    };
  }, []);
}

export function useHealth(): Health {
  return useSyncExternalStore(
    (listener) => {
      watchers.add(listener);
      return () => {
        watchers.delete(listener);
      };
    },
    () => health,
  );
}
