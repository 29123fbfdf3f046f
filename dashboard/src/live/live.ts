/** What the tab knows of the stream: its connection, and whoever wants to hear of changes. */
import { useEffect, useEffectEvent, useSyncExternalStore } from "react";
import { paced } from "./paced";
import { forgetTold, note } from "./recent";
import { listen } from "./source";
import type { Connection, Said, TaskEvent } from "./stream";

const PAUSE_MS = 250;
/** More than this a tab that nobody sees does not keep: it asks anew for all that is on show when it is seen again. */
const MOST_HELD = 2_000;

export interface Health {
  connection: Connection;
  /** When the server was last heard of; null: not yet. */
  heardAt: Date | null;
}

export interface Hearer {
  onEvents?: (events: TaskEvent[]) => void;
  /** Something has happened to a schedule. */
  onSchedule?: () => void;
  /** Something was missed, or may have been: the stream has just begun (again). */
  onResync?: () => void;
}

const hearers = new Set<Hearer>();
const watchers = new Set<() => void>();
const refusals = new Set<() => void>();
let health: Health = { connection: "connecting", heardAt: null };
let hasMissed = false;

function become(changes: Partial<Health>): void {
  health = { ...health, ...changes };
  for (const tell of watchers) tell();
}

/** One that fails keeps none of the others from hearing. */
function tellHearers(tell: (hearer: Hearer) => void): void {
  for (const hearer of hearers) {
    try {
      tell(hearer);
    } catch (error) {
      reportError(error);
    }
  }
}

const resync = () => tellHearers((hearer) => hearer.onResync?.());

// A tab that nobody sees draws nothing: ten of them would take a whole core.
const batches = paced<TaskEvent>(
  (events) => {
    become({ heardAt: new Date() });
    tellHearers((hearer) => hearer.onEvents?.(events));
  },
  PAUSE_MS,
  () => document.hidden,
);

function hear(said: Said): void {
  if (said.kind === "task") hearEvent(said.event);
  else if (said.kind === "schedule") hearOfSchedule();
  else if (said.kind === "beat") become({ heardAt: new Date() });
  else if (said.kind === "refused") for (const tell of refusals) tell();
  else if (said.kind === "resync") {
    forgetTold();
    resync();
  } else {
    become({ connection: said.state, ...(said.state === "open" ? { heardAt: new Date() } : {}) });
    if (said.state === "open") resync();
  }
}

function hearEvent(event: TaskEvent): void {
  if (!note(event)) return;
  batches.add(event);
  if (batches.waiting() <= MOST_HELD) return;
  batches.stop();
  hasMissed = true;
}

function hearOfSchedule(): void {
  become({ heardAt: new Date() });
  if (document.hidden) hasMissed = true;
  else tellHearers((hearer) => hearer.onSchedule?.());
}

function onVisibility(): void {
  if (document.hidden) return;
  if (hasMissed) resync();
  hasMissed = false;
  batches.go();
}

/** The stream is open while this is mounted: once, in the shell of somebody who is signed in. */
export function useStream(onRefused: () => void): void {
  const refused = useEffectEvent(onRefused);
  useEffect(() => {
    const tell = () => refused();
    refusals.add(tell);
    document.addEventListener("visibilitychange", onVisibility);
    const leave = listen(hear);
    return () => {
      leave();
      document.removeEventListener("visibilitychange", onVisibility);
      refusals.delete(tell);
      batches.stop();
      become({ connection: "connecting" });
    };
  }, []);
}

/** Called with what happened, four times a second at most. */
export function useTaskEvents(hearer: Hearer): void {
  const onEvents = useEffectEvent((events: TaskEvent[]) => hearer.onEvents?.(events));
  const onSchedule = useEffectEvent(() => hearer.onSchedule?.());
  const onResync = useEffectEvent(() => hearer.onResync?.());
  useEffect(() => {
    const each: Hearer = {
      onEvents: (events) => onEvents(events),
      onSchedule: () => onSchedule(),
      onResync: () => onResync(),
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
