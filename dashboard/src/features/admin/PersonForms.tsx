import { PasswordInput, Select, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { SHORTEST_PASSWORD } from "@/api/people";
import type { components } from "@/api/schema";
import { ActForm } from "@/ui/acting/ActForm";
import { useAct } from "@/ui/acting/useAct";
import { steer, USERS, type User } from "./queries";
import { ROLES } from "./roles";

export function AddForm({ close }: { close: () => void }) {
  const [name, setName] = useState("");
  const [role, setRole] = useState("viewer");
  const [password, setPassword] = useState("");
  const act = useAct(steer.add, { touches: [[USERS]], quiet: true, says: (one) => `${one.name} may sign in now.` });
  const value = () => ({ name: name.trim(), role: role as components["schemas"]["NewUser"]["role"], password });
  const ready = name.trim() !== "" && password.length >= SHORTEST_PASSWORD;
  return (
    <ActForm act={act} value={value} word="Add" disabled={!ready} close={close}>
      {(errorOf) => (
        <>
          <TextInput
            label="Name"
            description="They sign in with it: letters, digits, and . _ - @"
            autoComplete="off"
            data-autofocus
            value={name}
            error={errorOf("name")}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Select
            label="Role"
            description={ROLES.find(({ value: each }) => each === role)?.says}
            data={ROLES}
            value={role}
            allowDeselect={false}
            error={errorOf("role")}
            onChange={(chosen) => setRole(chosen ?? "viewer")}
          />
          <NewPassword value={password} set={setPassword} error={errorOf("password")} />
        </>
      )}
    </ActForm>
  );
}

export function PasswordForm({ of, close }: { of: User; close: () => void }) {
  const [password, setPassword] = useState("");
  const act = useAct((one: string) => steer.setPassword(of.id, one), {
    touches: [],
    quiet: true,
    says: () => `${of.name} has a new password.`,
  });
  return (
    <ActForm
      act={act}
      value={() => password}
      word="Set it"
      disabled={password.length < SHORTEST_PASSWORD}
      close={close}
    >
      {(errorOf) => (
        <>
          <Text size="sm">
            Their sessions end within two seconds; their keys stay. Tell them the password yourself.
          </Text>
          <NewPassword value={password} set={setPassword} error={errorOf("password")} />
        </>
      )}
    </ActForm>
  );
}

function NewPassword({ value, set, error }: { value: string; set: (value: string) => void; error?: string }) {
  return (
    <PasswordInput
      label="Password"
      description={`At least ${SHORTEST_PASSWORD} characters; they can change it after they have signed in`}
      autoComplete="new-password"
      value={value}
      error={error}
      onChange={(event) => set(event.currentTarget.value)}
    />
  );
}
