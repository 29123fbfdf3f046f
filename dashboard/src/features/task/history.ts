import type { TaskDetail } from "@/api/tasks";

export type Line = TaskDetail["events"][number];

/** What is known of a task's history, the newest first, without a hole. */
export interface History {
  lines: readonly Line[];
  /** Nothing is older than the last of them. */
  isWhole: boolean;
}

/** As many as the detail of a task carries: one that has fewer has all. */
const CARRIED = 200;
/** So many are kept of what comes while the page is open, unless somebody reads on; older ones are asked for again. */
const MOST = 5_000;

export const NOTHING: History = { lines: [], isWhole: false };

/** With the newest ones, which are all up to now. */
export function withNewest(known: History, newest: readonly Line[]): History {
  const oldest = Math.min(...newest.map(({ id }) => id));
  const isAll = newest.length < CARRIED;
  // Between what was known and these some may be missing, as after a night with the lid closed: begin anew.
  const mayHaveHole = !isAll && !known.lines.some(({ id }) => id === oldest);
  const kept = mayHaveHole ? known.lines.filter(({ id }) => id > oldest) : known.lines;
  return { lines: united(kept, newest), isWhole: isAll || (known.isWhole && !mayHaveHole) };
}

/** With what has just happened. What is older than `asked` may be on its way, and must find its place. */
export function withLive({ lines, isWhole }: History, live: readonly Line[], asked?: number): History {
  const all = united(lines, live);
  const isRead = lines.length > MOST || lines.at(-1)?.id === asked;
  if (isRead || all.length <= MOST) return { lines: all, isWhole };
  return { lines: all.slice(0, MOST), isWhole: false };
}

/** With the page that was asked for as older than the line `before`; `isLast`: there is nothing before it. */
export function withOlder(known: History, before: number, older: readonly Line[], isLast: boolean): History {
  // It began anew meanwhile: between its lines and these is a hole.
  if (known.lines.at(-1)?.id !== before) return known;
  return { lines: united(known.lines, older), isWhole: isLast };
}

function united(some: readonly Line[], others: readonly Line[]): Line[] {
  const all = new Map([...some, ...others].map((line) => [line.id, line]));
  return [...all.values()].sort((one, other) => other.id - one.id);
}

interface Progress {
  percent?: number;
  step?: string;
  counters?: Record<string, number>;
}

/** What an event says of itself, in words; the result stands on the page already. */
export function detailsInWords({ type, details }: Pick<Line, "type" | "details">): string {
  if (!details) return "";
  if (type !== "progress") return inWords(details);
  const { percent, step, counters = {}, ...rest } = details as Progress & Record<string, unknown>;
  const counted = Object.entries(counters).map(
    ([name, count]) => `${count.toLocaleString("en")} ${name.replaceAll("_", " ")}`,
  );
  return [step, percent !== undefined && `${Math.round(percent)} %`, ...counted, inWords(rest)]
    .filter(Boolean)
    .join(" · ");
}

function inWords(details: Record<string, unknown>): string {
  return Object.entries(details)
    .filter(([name, value]) => name !== "result" && value !== null && value !== "")
    .map(([name, value]) =>
      typeof value === "object" && value !== null && !Array.isArray(value)
        ? inWords(value as Record<string, unknown>)
        : `${name.replaceAll("_", " ")}: ${typeof value === "string" ? value : JSON.stringify(value)}`,
    )
    .join(" · ");
}
