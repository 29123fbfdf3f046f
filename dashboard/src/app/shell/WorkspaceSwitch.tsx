import { Button, Menu, Text } from "@mantine/core";
import { IconCheck, IconChevronDown } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useSession } from "@/api/session";
import { workspaces } from "@/api/workspaces";
import { useWorkspace } from "../root";
import { choicesOf } from "./choices";

/** Workspaces come and go by an admin's hand. */
const LASTS_MS = 300_000;

/** Which workspace the whole page is about, for whom there is a choice. It stands in the address. */
export default function WorkspaceSwitch() {
  const mine = useSession().data?.workspaces ?? null;
  const all = useQuery({ ...workspaces, staleTime: LASTS_MS, enabled: mine === null });
  const chosen = useWorkspace();
  const navigate = useNavigate();
  const names = choicesOf(mine, all.data?.map(({ name }) => name) ?? [], chosen);
  if (names.length === 0) return null;
  const everything = mine ? "All of yours" : "All workspaces";
  const go = (workspace: string | undefined) =>
    void navigate({ to: ".", search: ((before: object) => ({ ...before, workspace })) as never });
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <Button
          size="compact-md"
          variant={chosen ? "light" : "default"}
          rightSection={<IconChevronDown size={14} aria-hidden />}
          maw={{ base: 130, sm: 180 }}
          styles={{ label: { display: "block", height: "auto", textOverflow: "ellipsis" } }}
          aria-label={`Workspace: ${chosen ?? everything}`}
        >
          {chosen ?? (
            <>
              <Text span inherit visibleFrom="sm">
                {everything}
              </Text>
              {/* On a phone there is no room for more. */}
              <Text span inherit hiddenFrom="sm">
                All
              </Text>
            </>
          )}
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah={400} style={{ overflowY: "auto" }}>
        {[undefined, ...names].map((name) => (
          <Menu.Item
            key={name ?? ""}
            aria-current={name === chosen || undefined}
            rightSection={name === chosen && <IconCheck size={14} aria-hidden />}
            onClick={() => go(name)}
          >
            {name ?? everything}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
