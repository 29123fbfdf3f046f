/** How a text cites rows: `[reddit_posts:x1, sentiment:2026-03-01]`. */
const CITES = /\s?\[([a-z_]+:[^\s,\]]+(?:, [a-z_]+:[^\s,\]]+)*)\]/g;

export type Piece = string | number[];

/** The pieces of a text: words, and the places (from 1) of what they cite in the list of all that is cited. */
export function piecesOf(text: string, cited: string[]): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const found of text.matchAll(CITES)) {
    const places = (found[1] ?? "").split(", ").map((each) => cited.indexOf(each) + 1);
    if (places.includes(0)) continue;
    pieces.push(text.slice(end, found.index), places);
    end = found.index + found[0].length;
  }
  return [...pieces, text.slice(end)].filter((piece) => piece.length > 0);
}
