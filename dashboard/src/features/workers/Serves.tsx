import { MultiSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { workspaces } from "@/api/workspaces";

/** Chooses the workspaces that a worker serves; none chosen are all. */
export function Serves(props: {
  value: string[] | null;
  error: string | undefined;
  onChange: (serves: string[] | null) => void;
}) {
  const known = useQuery(workspaces).data?.map(({ name }) => name) ?? [];
  const chosen = props.value ?? [];
  return (
    <MultiSelect
      label="Workspaces that it serves"
      description="It never gets tasks of another one"
      placeholder={chosen.length ? undefined : "All"}
      searchable
      data={[...new Set(["default", ...known, ...chosen])]}
      value={chosen}
      error={props.error}
      onChange={(names) => props.onChange(names.length ? names : null)}
    />
  );
}
