import { ApiError } from "@/api/problem";
import type { Health } from "@/live/live";
import { distance } from "@/ui/time/moments";
import type { Overview } from "./overview";

export interface Part {
  name: string;
  /** Null: unknown. */
  well: boolean | null;
  says: string;
}

const API = "API";
const POSTGRES = "Postgres";
const CHANGES = "Live changes";
const NAMES: Record<Overview["parts"][number]["name"], string> = {
  postgres: POSTGRES,
  core: "Core",
  gateway: "Gateway",
  temporal: "Temporal",
  mirror: "Shown states",
};
const AWAY = [0, 502, 504];
const GONE = ["offline", "deaf"];

/** How each part of the system is: what the API says of the others, and whether it says anything. */
export function partsOf(overview: Overview | undefined, error: unknown, connection: Health["connection"]): Part[] {
  const parts = error ? silent(error) : [{ name: API, well: true, says: "answers" }];
  if (overview && !overview.ofMember && !error)
    parts.push(...overview.parts.map((part) => partOf(part, overview.at)), workersOf(overview.workers));
  const says = { open: "connected", lost: "connection lost, trying again", connecting: "connecting" }[connection];
  parts.push({ name: CHANGES, well: connection === "connecting" ? null : connection === "open", says });
  return parts;
}

/** What is ill, and whether it is the connection of this page. Without Postgres no changes arrive either: that is the cause. */
export function illOf(parts: Part[], connection: Health["connection"]): { ill: Part[]; isOffline: boolean } {
  const ill = parts.filter((part) => part.well === false);
  const causes = ill.filter(({ name }) => name !== CHANGES);
  const isPostgres = causes.some(({ name }) => name === POSTGRES);
  return { ill: causes.length ? causes : ill, isOffline: connection === "lost" && !isPostgres };
}

/** No answer at all, or one that says that its database is away. */
function silent(error: unknown): Part[] {
  const away = error instanceof ApiError && AWAY.includes(error.status);
  const says = error instanceof Error ? error.message : String(error);
  return [
    { name: API, well: !away, says: away ? "does not answer" : "answers" },
    { name: POSTGRES, well: away ? null : false, says: away ? "unknown" : says },
  ];
}

function partOf({ name, state, at, detail }: Overview["parts"][number], now: string): Part {
  const heard = at ? `heard of ${distance(new Date(at), new Date(now))}` : "";
  const well = state === "unknown" ? null : state === "ok";
  return { name: NAMES[name] ?? name, well, says: detail || (name === "postgres" ? "answers" : heard) };
}

function workersOf(states: Overview["workers"]): Part {
  const count = (names: string[]) => names.reduce((sum, name) => sum + (states[name] ?? 0), 0);
  const all = count(Object.keys(states));
  const there = all - count(GONE);
  const says = all === 0 ? "there is none yet: nothing is done" : `${there} of ${all} are there`;
  return { name: "Workers", well: there > 0, says };
}
