export interface Part {
  text: string;
  start: number;
  /** What these words were understood as. */
  field: string | null;
}

/** The sentence cut where words were understood, in order and without a letter lost. */
export function marksOf(text: string, understood: { field: string; text: string; start: number }[]): Part[] {
  // Positions count characters as Python does, and not the halves of a pair.
  const letters = [...text];
  const parts: Part[] = [];
  let at = 0;
  for (const { field, text: words, start } of [...understood].sort((one, other) => one.start - other.start)) {
    const end = start + [...words].length;
    if (start < at) continue;
    if (start > at) parts.push({ text: letters.slice(at, start).join(""), start: at, field: null });
    parts.push({ text: letters.slice(start, end).join(""), start, field });
    at = end;
  }
  if (at < letters.length) parts.push({ text: letters.slice(at).join(""), start: at, field: null });
  return parts;
}
