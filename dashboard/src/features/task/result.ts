/** Sorts what a result holds by how it is best read, whatever the type of task. */

export interface Citation {
  label: string;
  url: string;
}

export interface ReadResult {
  figures: { name: string; value: string }[];
  texts: { name: string; value: string }[];
  citations: Citation[];
  /** How many got which label; null where nothing was scored. */
  scores: Record<string, number> | null;
  /** There is more than is shown like this. */
  rest: boolean;
}

export function readResult(result: Record<string, unknown>): ReadResult {
  const read: ReadResult = { figures: [], texts: [], citations: [], scores: null, rest: false };
  for (const [key, value] of Object.entries(result)) {
    const name = key.replaceAll("_", " ");
    if (typeof value === "number") read.figures.push({ name, value: figure(value) });
    else if (typeof value === "boolean") read.figures.push({ name, value: value ? "yes" : "no" });
    else if (typeof value === "string") read.texts.push({ name, value });
    else if (key === "citations" && Array.isArray(value)) read.citations = value.map(citationOf);
    else if (key === "labels" && isScores(value)) read.scores = value;
    else if (value !== null) read.rest = true;
  }
  return read;
}

function isScores(value: unknown): value is Record<string, number> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const counts = Object.values(value);
  return counts.length > 0 && counts.every((count) => typeof count === "number");
}

function figure(value: number): string {
  return Number.isInteger(value)
    ? value.toLocaleString("en")
    : value.toLocaleString("en", { maximumFractionDigits: 3 });
}

function citationOf(one: unknown): Citation {
  if (typeof one === "string") return { label: one, url: one };
  const said = (one ?? {}) as Record<string, unknown>;
  const url = String(said.url ?? said.permalink ?? said.link ?? "");
  return { label: String(said.title ?? said.label ?? said.id ?? url), url };
}
