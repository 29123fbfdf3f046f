import { Spotlight, type SpotlightActionData } from "@mantine/spotlight";
import { useNavigate } from "@tanstack/react-router";
import { useCallback, useMemo, useState } from "react";
import { useIsMember, useSession } from "@/api/session";
import { offeredTo } from "../page";
import { about } from "./about";
import { openShortcuts, useShortcuts } from "./shortcuts";
import { openZoneSetting } from "./ZoneSetting";

const ID = /^[0-9a-f]{4,}[0-9a-f-]*$/i;

/** Ctrl K: go to a page, or do what stands in a menu somewhere. */
export default function Palette() {
  const role = useSession().data?.role ?? "viewer";
  const isMember = useIsMember();
  const navigate = useNavigate();
  const [query, setQuery] = useState("");
  const go = useCallback((path: string) => void navigate({ to: path }), [navigate]);
  const offered = useMemo(() => offeredTo(role, isMember), [role, isMember]);
  useShortcuts(offered, go);
  const actions: SpotlightActionData[] = [
    ...offered.map(({ path, label, icon: Icon }) => ({
      id: path,
      label,
      description: about(path),
      leftSection: <Icon size={18} aria-hidden />,
      onClick: () => go(path),
    })),
    { id: "zone", label: "Change the time zone", onClick: openZoneSetting },
    { id: "keys", label: "Keyboard shortcuts", onClick: () => openShortcuts(offered) },
  ];
  const words = query.trim();
  if (words)
    actions.push({
      id: "search",
      label: ID.test(words) ? `Tasks whose id begins with ${words}` : `Tasks with the words "${words}"`,
      keywords: [words],
      onClick: () =>
        void navigate({ to: "/tasks", search: (ID.test(words) ? { id_prefix: words } : { text: words }) as never }),
    });
  return (
    <Spotlight
      actions={actions}
      query={query}
      onQueryChange={setQuery}
      shortcut={null}
      highlightQuery
      nothingFound="Nothing of that name."
      searchProps={{ placeholder: "Page, action, words in a task, id", "aria-label": "Go to or do" }}
    />
  );
}
