import { Menu } from "@mantine/core";
import {
  IconClockHour4,
  IconDeviceDesktop,
  IconKeyboard,
  IconLogout,
  IconMoon,
  IconSun,
  IconUser,
} from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { signOut, useIsMember, useSession } from "@/api/session";
import { notifyOfFailure } from "@/ui/acting/notify";
import { change, useSettings } from "@/ui/settings";
import { type NavigationEntry, navigation, offeredTo } from "../page";

// Loaded when they are first wanted.
const openZoneSetting = () => import("./ZoneSetting").then((part) => part.openZoneSetting());
const openShortcuts = (offered: NavigationEntry[]) => import("./shortcuts").then((part) => part.openShortcuts(offered));

const account = navigation.find(({ path }) => path === "/account");

export default function UserMenu({ button }: { button: ReactElement }) {
  const session = useSession();
  const { zone } = useSettings();
  const offered = offeredTo(session.data?.role ?? "viewer", useIsMember());
  return (
    <Menu position="bottom-end" width={230}>
      <Menu.Target>{button}</Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{session.data ? `${session.data.user}, ${session.data.role}` : "Signed out"}</Menu.Label>
        <Menu.Item leftSection={<IconSun size={16} />} onClick={() => change({ theme: "light" })}>
          Light
        </Menu.Item>
        <Menu.Item leftSection={<IconMoon size={16} />} onClick={() => change({ theme: "dark" })}>
          Dark
        </Menu.Item>
        <Menu.Item leftSection={<IconDeviceDesktop size={16} />} onClick={() => change({ theme: "system" })}>
          As the system
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<IconClockHour4 size={16} />} onClick={() => void openZoneSetting()}>
          Times in {zone}
        </Menu.Item>
        <Menu.Item leftSection={<IconKeyboard size={16} />} onClick={() => void openShortcuts(offered)}>
          Keyboard shortcuts
        </Menu.Item>
        <Menu.Divider />
        {account && (
          <Menu.Item component={Link} to={account.path} leftSection={<IconUser size={16} />}>
            Password and sessions
          </Menu.Item>
        )}
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => signOut().catch(notifyOfFailure)}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
