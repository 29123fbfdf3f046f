/** What a task is asked for, in words, by name; nothing is said of what was left open. */
export function paramsInWords(params: Record<string, unknown>): [name: string, said: string][] {
  return Object.entries(params)
    .filter(([, value]) => value !== null && value !== undefined && value !== "")
    .map(([name, value]) => [labelOf(name), inWords(value)]);
}

/** "date_range" → "Date range" */
export function labelOf(name: string): string {
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function inWords(value: unknown): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value)) return value.map(inWords).join(", ") || "none";
  if (typeof value === "object" && value !== null)
    return Object.entries(value)
      .filter(([, each]) => each !== null)
      .map(([name, each]) => `${name.replaceAll("_", " ")} ${inWords(each)}`)
      .join(", ");
  return String(value);
}
