import { Button, Group, Modal, PasswordInput, Stack, Text, TextInput, Title } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { refusalOfCode, signIn } from "@/api/session";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { Logo } from "./Logo";

/** Over an open page when a session has ended there; otherwise all there is to see. */
export function SignIn({ over }: { over: boolean }) {
  const [error, setError] = useState<unknown>(refusalOfCode);
  const [busy, setBusy] = useState(false);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const entered = new FormData(event.currentTarget);
    setBusy(true);
    setError(null);
    try {
      await signIn(String(entered.get("username")), String(entered.get("password")));
    } catch (refusal) {
      setError(refusal);
      setBusy(false);
    }
  }

  return (
    <Modal
      opened
      onClose={() => {}}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      centered
      title={
        <Group gap="xs">
          <Logo />
          <Title order={1}>ClawdBot</Title>
        </Group>
      }
      overlayProps={over ? { blur: 2 } : { backgroundOpacity: 0 }}
      shadow={over ? "xl" : "none"}
    >
      <form onSubmit={submit}>
        <Stack gap="sm">
          <Text size="sm" c="dimmed">
            {over
              ? "Your session has ended. Sign in to go on where you were; what you typed is kept."
              : "On a new installation the name is admin; the password was printed when it first started."}
          </Text>
          <TextInput
            name="username"
            label="Name"
            autoComplete="username"
            autoCapitalize="none"
            required
            data-autofocus
          />
          <PasswordInput name="password" label="Password" autoComplete="current-password" required />
          {error !== null && <ErrorSentence error={error} />}
          <Button type="submit" loading={busy} fullWidth>
            Sign in
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
