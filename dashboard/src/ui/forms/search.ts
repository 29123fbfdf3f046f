/** Reads what stands in the address of the page; what cannot be meant is left out. */

export function textIn(value: unknown): string | undefined {
  if (typeof value !== "string" && typeof value !== "number") return undefined;
  return String(value).trim() || undefined;
}

export function oneOf<T extends string>(value: unknown, known: readonly T[]): T | undefined {
  return known.find((each) => each === value);
}

export function numberIn(value: unknown, least: number, most: number): number | undefined {
  const number = typeof value === "string" && value.trim() ? Number(value) : value;
  return typeof number === "number" && number >= least && number <= most ? number : undefined;
}

export function momentIn(value: unknown): string | undefined {
  const moment = typeof value === "string" ? new Date(value) : null;
  return moment && !Number.isNaN(moment.getTime()) ? moment.toISOString() : undefined;
}
