import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useIsMember } from "@/api/session";
import { workspaces } from "@/api/workspaces";

interface Props {
  value: string | null;
  onChange: (workspace: string | null) => void;
  error?: string;
}

/** Where something new belongs, for whom there is a choice: what a member of one workspace submits gets there by itself. */
export function WorkspaceChoice({ value, onChange, error }: Props) {
  const rooms = useQuery(workspaces).data ?? [];
  const isMember = useIsMember();
  if (rooms.length < (isMember ? 2 : 1)) return null;
  return (
    <Select
      label="Workspace"
      placeholder={isMember ? "Which of yours" : "The default one"}
      required={isMember}
      data={rooms.map(({ name }) => name)}
      value={value}
      onChange={onChange}
      error={error}
      clearable={!isMember}
      searchable
      maw={300}
    />
  );
}
