/** Sorts what a result holds by how it is best read, whatever the type of task. */

/** A row that a text cites: `<kind>:<id>`. */
export interface Citation {
  kind: string;
  id: string;
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
    else if (key.endsWith("_id")) continue;
    else if (typeof value === "string") read.texts.push({ name, value });
    else if (key === "cited" && Array.isArray(value)) read.citations = value.map(citationOf);
    else if (key === "cost" && isPlain(value)) read.figures.push(...costOf(value));
    else if (isPlain(value) && Object.keys(value).length === 0) continue;
    else if (Array.isArray(value) && value.length === 0) continue;
    else if (key === "labels" && isScores(value)) read.scores = value;
    else if (value !== null) read.rest = true;
  }
  // What there is of nothing is looked at last.
  read.figures.sort((one, other) => Number(one.value === "0") - Number(other.value === "0"));
  return read;
}

function isScores(value: unknown): value is Record<string, number> {
  if (!isPlain(value)) return false;
  const counts = Object.values(value);
  return counts.length > 0 && counts.every((count) => typeof count === "number");
}

function figure(value: number): string {
  return Number.isInteger(value)
    ? value.toLocaleString("en")
    : value.toLocaleString("en", { maximumFractionDigits: 3 });
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function citationOf(one: unknown): Citation {
  const said = String(one);
  const at = said.indexOf(":");
  return { kind: said.slice(0, Math.max(at, 0)), id: said.slice(at + 1) };
}

/** What a task paid for, of a model or of a source. */
function costOf({ usd, model, ...counts }: Record<string, unknown>): ReadResult["figures"] {
  const price = typeof usd === "number" ? `$${usd.toLocaleString("en", { maximumFractionDigits: 4 })}` : "not known";
  const used = Object.entries(counts).filter((each): each is [string, number] => Number(each[1]) > 0);
  return [
    { name: model ? `cost, with ${model}` : "cost", value: price },
    ...used.map(([name, count]) => ({ name: name.replaceAll("_", " "), value: figure(count) })),
  ];
}
