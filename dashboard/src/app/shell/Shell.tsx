import { Center, Loader } from "@mantine/core";
import { Outlet } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { onSignedOut } from "@/api/client";
import { noteSignedOut, useSession } from "@/api/session";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { Frame } from "./Frame";
import { SignIn } from "./SignIn";

/**
 * Sign-in first; then the frame with the page in it. When a session ends while the page is open, sign-in opens over it,
 * and the page stays as it is, with what was typed.
 */
export function Shell() {
  const session = useSession();
  const wasIn = useRef(false);
  useEffect(() => onSignedOut(noteSignedOut), []);
  if (session.data) wasIn.current = true;
  if (session.error && !wasIn.current)
    return (
      <Center mih="100vh" p="md">
        <ErrorSentence error={session.error} again={() => session.refetch()} />
      </Center>
    );
  if (session.isPending)
    return (
      <Center mih="100vh">
        <Loader aria-label="Loading" />
      </Center>
    );
  return (
    <>
      {wasIn.current && (
        <Frame>
          <Outlet />
        </Frame>
      )}
      {!session.data && <SignIn over={wasIn.current} />}
    </>
  );
}
