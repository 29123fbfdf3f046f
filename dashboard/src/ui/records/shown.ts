/** A collected row, as the API gives it. */
export type Row = Record<string, unknown>;

/** What a row of any kind is about, for a list: the kinds are many, also those that a task pack brings. */
export interface Shown {
  title: string;
  text: string;
  /** Short facts beside it, by name. */
  facts: [name: string, value: string][];
  /** Where it is at the source; only http and https are ever opened. */
  address: string | null;
}

const TITLES = ["title", "headline", "form_type", "filing_type", "endpoint", "label", "url"];
const TEXTS = ["body", "text", "summary", "diff", "content", "response"];
const ADDRESSES = ["url", "permalink", "document_url"];
/** Ids and what is shown elsewhere. */
const NO_FACT = /(^|_)(id|ids|raw|ticker|url|permalink|hash)$|_at$|_utc$|^(task|attempt|workspace)/;
const MOST_FACTS = 5;
const LONGEST_FACT = 40;
const REDDIT = "https://www.reddit.com";

export function shownOf(row: Row): Shown {
  const title = TITLES.find((name) => textOf(row[name]));
  const text = TEXTS.find((name) => textOf(row[name]));
  const facts = Object.entries(row)
    .filter(([name, value]) => name !== title && name !== text && !NO_FACT.test(name) && isFact(value))
    .map(([name, value]): [string, string] => [name.replaceAll("_", " "), factOf(value)]);
  // Whoever has never heard of workspaces is told of none.
  const { workspace } = row;
  if (typeof workspace === "string" && workspace !== "default") facts.unshift(["workspace", workspace]);
  return {
    title: title ? textOf(row[title]) : "",
    text: text ? textOf(row[text]) : "",
    facts: facts.slice(0, MOST_FACTS),
    address: addressOf(row),
  };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value.trim() : "";
}

function isFact(value: unknown): boolean {
  if (typeof value === "number" || typeof value === "boolean") return true;
  return typeof value === "string" && value !== "" && value.length <= LONGEST_FACT;
}

function factOf(value: unknown): string {
  if (typeof value === "number") return Number.isInteger(value) ? value.toLocaleString("en") : value.toFixed(2);
  return String(value);
}

function addressOf(row: Row): string | null {
  for (const name of ADDRESSES) {
    const value = textOf(row[name]);
    if (/^https?:\/\//i.test(value)) return value;
    if (name === "permalink" && value.startsWith("/r/")) return REDDIT + value;
  }
  return null;
}
