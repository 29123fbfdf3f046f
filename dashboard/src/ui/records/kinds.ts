import { basePath } from "@/api/client";

/** Where the browser gets all rows that match as a file; it comes in pieces and is never held here. */
export function exportAddress(kind: string, filters: object, format: "csv" | "json" | "ndjson"): string {
  const query = new URLSearchParams({ format });
  for (const [name, value] of Object.entries(filters)) if (value) query.set(name, String(value));
  return `${basePath}/api/v1/records/${kind}/export?${query}`;
}

/** "reddit_posts" → "Reddit posts" */
export { labelOf as wordOf } from "../params";
