import { Text } from "@mantine/core";
import { useIsMember } from "@/api/session";
import { useWorkspace } from "@/app/root";
import { useWorkspaceChoices } from "@/ui/forms/WorkspaceChoice";

/** Into which workspace a plan gets that says this one, or none; nothing where there is no choice. */
export function Where({ said }: { said: unknown }) {
  const hasChoice = useWorkspaceChoices().length > 0;
  const isMember = useIsMember();
  const chosen = useWorkspace();
  if (!hasChoice) return null;
  const place = typeof said === "string" ? said : isMember ? undefined : "default";
  const other = chosen && chosen !== place ? chosen : undefined;
  return (
    <Text size="sm" mt={4}>
      {place ? `It belongs to the workspace ${place}.` : "It does not say to which of your workspaces it belongs."}
      {(other || !place) && (
        <>
          {" "}
          For {other ?? "one of them"}, write <span className="mono">workspace: {other ?? "…"}</span> in it.
        </>
      )}
    </Text>
  );
}
