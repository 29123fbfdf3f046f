import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useIsMember, useSession } from "@/api/session";
import { workspaces } from "@/api/workspaces";
import { useWorkspace } from "@/app/root";
import { placesOf } from "./places";

/** The one that everybody shares who is a member of none. It has no row among the others, and is chosen like them. */
const DEFAULT = "default";

/** The names to choose from; none where there is no choice: what a member of one workspace makes gets there by itself. */
export function useWorkspaceChoices(): string[] {
  const names = (useQuery(workspaces).data ?? []).map(({ name }) => name);
  const isMember = useIsMember();
  if (isMember) return names.length > 1 ? names : [];
  return names.length > 0 ? [DEFAULT, ...names] : [];
}

/** Where something new belongs: as somebody said here, else the one that the whole page is about; null: not said. */
export function usePlace(said: string | null): string | null {
  const chosen = useWorkspace();
  return said ?? chosen ?? null;
}

interface Props {
  /** As `usePlace` has it. */
  value: string | null;
  onChange: (workspace: string | null) => void;
  error?: string;
  /** What holds where nobody says anything; left out: the default workspace. */
  unsaid?: string;
}

/** Where something new belongs, for whom there is a choice. */
export function WorkspaceChoice({ value, onChange, error, unsaid }: Props) {
  const choices = placesOf(useWorkspaceChoices(), useSession().data?.changes, value);
  const isMember = useIsMember();
  if (choices.length === 0) return null;
  return (
    <Select
      label="Workspace"
      placeholder={isMember ? "Which of yours" : unsaid}
      required={isMember}
      // An address may name one that is none of these: it is shown, and refused with a sentence.
      data={value === null || choices.includes(value) ? choices : [...choices, value]}
      value={value ?? (isMember || unsaid ? null : DEFAULT)}
      onChange={onChange}
      error={error}
      allowDeselect={false}
      searchable
      maw={300}
    />
  );
}
