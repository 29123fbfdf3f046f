import { useSyncExternalStore } from "react";

/** What a person has set for this page. */
export interface Settings {
  /** IANA name of the one time zone that all times are shown in. */
  zone: string;
}

const KEY = "clawdbot.settings";
const listeners = new Set<() => void>();
let settings = read();

function read(): Settings {
  const usual: Settings = { zone: Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC" };
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Settings>;
    return { zone: kept.zone && isZone(kept.zone) ? kept.zone : usual.zone };
  } catch {
    return usual;
  }
}

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

export function change(changes: Partial<Settings>): void {
  settings = { ...settings, ...changes };
  localStorage.setItem(KEY, JSON.stringify(settings));
  for (const tell of listeners) tell();
}

export function useSettings(): Settings {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => settings,
  );
}

export const ZONES: string[] = ["UTC", ...Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "UTC")];
