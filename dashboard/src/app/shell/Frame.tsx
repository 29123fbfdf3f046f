import { AppShell, Burger, Group, Text, UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Link } from "@tanstack/react-router";
import { lazy, type ReactNode, Suspense, useEffect } from "react";
import { queryClient } from "@/api/queries";
import { noteSignedOut, useSession } from "@/api/session";
import { untilItComes } from "@/app/newVersion";
import { askAnew } from "@/live/askAnew";
import { useStream, useTaskEvents } from "@/live/live";
import { Arrival } from "./Arrival";
import { Counts } from "./Counts";
import { HealthBadge } from "./HealthBadge";
import { Logo } from "./Logo";
import { Navigation } from "./Navigation";
import { PaletteButton } from "./PaletteButton";
import { UserButton } from "./UserButton";
import { useComeback } from "./useComeback";

const Palette = lazy(untilItComes(() => import("./Palette")));
const WorkspaceSwitch = lazy(untilItComes(() => import("./WorkspaceSwitch")));
const SettingsSync = lazy(untilItComes(() => import("./SettingsSync")));

/** Header, navigation, and the page. */
export function Frame({ children }: { children: ReactNode }) {
  const [opened, menu] = useDisclosure();
  const session = useSession();
  return (
    <AppShell
      header={{ height: 48 }}
      navbar={{ width: 204, breakpoint: "sm", collapsed: { mobile: !opened } }}
      padding={{ base: "xs", sm: "md" }}
    >
      {session.data && <Live />}
      <a className="skip" href="#page">
        Skip to the page
      </a>
      <AppShell.Header>
        <Group h="100%" px="sm" gap="sm" wrap="nowrap" justify="space-between">
          <Group gap="xs" wrap="nowrap">
            <Burger opened={opened} onClick={menu.toggle} hiddenFrom="sm" size="sm" aria-label="Navigation" />
            <UnstyledButton component={Link} to="/" aria-label="ClawdBot, to the start">
              <Group gap={8} wrap="nowrap">
                <Logo />
                <Text fw={700} visibleFrom="xs">
                  ClawdBot
                </Text>
              </Group>
            </UnstyledButton>
          </Group>
          <Counts />
          <Group gap="xs" wrap="nowrap">
            <Suspense>{session.data && <WorkspaceSwitch />}</Suspense>
            <HealthBadge />
            <PaletteButton />
            <UserButton />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs">
        <Navigation onGo={menu.close} />
      </AppShell.Navbar>
      <AppShell.Main id="page" tabIndex={-1}>
        {children}
      </AppShell.Main>
      <Suspense>
        <Palette />
        <SettingsSync />
      </Suspense>
      {session.data && <Arrival />}
    </AppShell>
  );
}

/** One stream for whoever is signed in. After a gap everything on show is asked for anew. */
function Live() {
  const session = useSession();
  // A refused stream is either a server that is not ready or a session that has ended: asking who one is tells them apart.
  useStream(() => void session.refetch());
  useTaskEvents({ onResync: () => void askAnew(queryClient) });
  useComeback();
  useEffect(() => {
    if (session.data === null) noteSignedOut();
  }, [session.data]);
  return null;
}
