const DEFAULT = "default";

/**
 * The workspaces to choose from; none where there is no choice.
 *
 * `mine`: those of a member, who sees nothing else; null: they see all. An address may name one that is none of these:
 * then it can be left.
 */
export function choicesOf(mine: string[] | null, all: string[], chosen: string | undefined): string[] {
  const known = mine ?? (all.length ? [DEFAULT, ...all] : []);
  const names = known.length > 1 ? known : [];
  return chosen && !names.includes(chosen) ? [...names, chosen] : names;
}
