/**
 * The workspaces to choose from for something new; none where there is no choice.
 *
 * `changes`: of a member, those in which they may make something; in the others they only look. With one of these, it gets
 * there by itself, unless the page is about another one (`chosen`).
 */
export function placesOf(names: string[], changes: string[] | null | undefined, chosen: string | null): string[] {
  if (!changes || names.length === 0) return names;
  const mine = names.filter((name) => changes.includes(name));
  const isElsewhere = chosen !== null && !mine.includes(chosen);
  return mine.length > 1 || isElsewhere ? mine : [];
}
