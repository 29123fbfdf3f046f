import { Select, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { answerOf, api } from "@/api/client";
import { steerWorkspace, WORKSPACES } from "@/api/workspaces";
import { ActForm } from "@/ui/acting/ActForm";
import { goesOn } from "@/ui/acting/goesOn";
import { useAct } from "@/ui/acting/useAct";

const ROLES = [
  { value: "operator", label: "operator" },
  { value: "viewer", label: "viewer" },
];

/** Makes somebody a member, from then on of workspaces only. */
export function MemberForm({ of, close }: { of: string; close: () => void }) {
  const people = useQuery({
    queryKey: ["users"],
    queryFn: async ({ signal }) => (await answerOf(api.GET("/api/v1/users", { signal }))).users,
  });
  const [user, setUser] = useState<string | null>(null);
  const [role, setRole] = useState<"operator" | "viewer">("operator");
  const act = useAct(steerWorkspace.join, {
    touches: [[WORKSPACES]],
    quiet: true,
    says: (_, { goes_on }) => `They are a member now.${goesOn(goes_on)}`,
  });
  const others = (people.data ?? []).filter((each) => each.role !== "admin" && !each.disabled_at);
  return (
    <ActForm
      act={act}
      value={() => ({ name: of, user: user ?? "", role })}
      word="Add"
      disabled={user === null}
      close={close}
    >
      {(errorOf) => (
        <>
          <Text size="sm">
            From then on they see their workspaces and nothing else. They are signed out, and their Telegram account is
            linked no more.
          </Text>
          <Select
            label="Person"
            searchable
            data={others.map(({ id, name }) => ({ value: id, label: name }))}
            value={user}
            error={errorOf("user_id")}
            onChange={setUser}
          />
          <Select
            label="Role there"
            data={ROLES}
            value={role}
            allowDeselect={false}
            error={errorOf("role")}
            onChange={(chosen) => setRole(chosen === "viewer" ? "viewer" : "operator")}
          />
        </>
      )}
    </ActForm>
  );
}
