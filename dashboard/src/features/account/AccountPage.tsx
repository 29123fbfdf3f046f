import { Button, Group, PasswordInput, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { changeOwnPassword, SESSIONS, SHORTEST_PASSWORD, sessions, steerSession } from "@/api/people";
import { useSession } from "@/api/session";
import { ActForm } from "@/ui/acting/ActForm";
import { askFirst, openForm } from "@/ui/acting/dialogs";
import { useAct } from "@/ui/acting/useAct";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { Section } from "@/ui/Section";
import { SessionTable } from "@/ui/tables/SessionTable";

/** Of whoever is signed in: where they are, and their password. */
export function AccountPage() {
  const me = useSession().data;
  const list = useQuery(sessions(false));
  const others = useAct(() => steerSession.revokeOthers(), {
    touches: [[SESSIONS]],
    says: () => "You are signed in here only.",
  });
  const ask = () =>
    askFirst({
      title: "Sign out everywhere else?",
      says: "All your other browsers are asked to sign in again. Keys and tokens of programs are not touched.",
      word: "Sign out elsewhere",
      grave: false,
      onYes: () => others.mutate(),
    });
  return (
    <Stack gap="sm">
      <Group gap="sm" align="baseline">
        <Title order={1}>{me?.user ?? "You"}</Title>
        <Text size="sm" c="dimmed">
          {me?.role}
        </Text>
      </Group>
      <Group>
        <Button
          size="compact-md"
          variant="default"
          onClick={() => openForm("Change your password", (close) => <PasswordForm close={close} />)}
        >
          Change your password
        </Button>
      </Group>
      <Section
        title="Where you are signed in"
        aside={
          (list.data?.length ?? 0) > 1 && (
            <Button size="compact-sm" variant="default" loading={others.isPending} onClick={ask}>
              Sign out everywhere else
            </Button>
          )
        }
      >
        {list.error && <ErrorSentence error={list.error} again={() => list.refetch()} />}
        {list.data && <SessionTable sessions={list.data} withPeople={false} />}
      </Section>
    </Stack>
  );
}

function PasswordForm({ close }: { close: () => void }) {
  const [old_password, setOld] = useState("");
  const [new_password, setNew] = useState("");
  const act = useAct(changeOwnPassword, {
    touches: [[SESSIONS]],
    quiet: true,
    says: () => "Your password is changed.",
  });
  const short = new_password.length < SHORTEST_PASSWORD;
  return (
    <ActForm
      act={act}
      value={() => ({ old_password, new_password })}
      word="Change it"
      disabled={!old_password || short}
      close={close}
    >
      {(errorOf) => (
        <>
          <PasswordInput
            label="Your password now"
            autoComplete="current-password"
            data-autofocus
            value={old_password}
            error={errorOf("old_password")}
            onChange={(event) => setOld(event.currentTarget.value)}
          />
          <PasswordInput
            label="New password"
            description={`At least ${SHORTEST_PASSWORD} characters`}
            autoComplete="new-password"
            value={new_password}
            error={errorOf("new_password")}
            onChange={(event) => setNew(event.currentTarget.value)}
          />
        </>
      )}
    </ActForm>
  );
}
