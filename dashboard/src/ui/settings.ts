import { useSyncExternalStore } from "react";
import type { components } from "@/api/schema";

type Kept = components["schemas"]["PageSettings"];

/** What a person has set for this page. It is kept here for the next look, and with their account: see SettingsSync. */
export interface Settings {
  theme: NonNullable<Kept["theme"]>;
  /** IANA name of the one time zone that all times are shown in. */
  zone: string;
  /** Null: that of the browser, whichever that is. */
  chosenZone: string | null;
  density: NonNullable<Kept["density"]>;
  /** Of each list the columns that are shown, in their order; the usual ones, where there is none. */
  columns: Record<string, string[]>;
}

type Changes = Partial<Pick<Settings, "theme" | "density" | "columns"> & { zone: string | null }>;

const KEY = "clawdbot.settings";
const listeners = new Set<() => void>();
const ownZone = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
let settings = read();

function read(): Settings {
  try {
    return settingsOf(JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Kept>);
  } catch {
    return settingsOf({});
  }
}

/** Also of what another version has kept. */
export function settingsOf(kept: Partial<Kept>): Settings {
  const chosenZone = kept.time_zone && isZone(kept.time_zone) ? kept.time_zone : null;
  return {
    theme: kept.theme === "light" || kept.theme === "dark" ? kept.theme : "system",
    chosenZone,
    zone: chosenZone ?? ownZone,
    density: kept.density === "compact" ? "compact" : "comfortable",
    columns: kept.columns ?? {},
  };
}

export function keptOf({ theme, chosenZone, density, columns }: Settings): Kept {
  return { theme, time_zone: chosenZone, density, columns };
}

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** As they are kept with the account: nothing of what was set here before stays. */
export function adopt(kept: Kept): void {
  const adopted = settingsOf(kept);
  if (JSON.stringify(adopted) !== JSON.stringify(settings)) become(adopted);
}

export function change({ zone, ...changes }: Changes): void {
  const chosenZone = zone === undefined ? settings.chosenZone : zone;
  become({ ...settings, ...changes, chosenZone, zone: chosenZone ?? ownZone });
}

function become(changed: Settings): void {
  settings = changed;
  localStorage.setItem(KEY, JSON.stringify(keptOf(settings)));
  for (const tell of listeners) tell();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useSettings(): Settings {
  return useSyncExternalStore(subscribe, () => settings);
}

export const ZONES: string[] = ["UTC", ...Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "UTC")];
