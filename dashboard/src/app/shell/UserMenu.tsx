import { ActionIcon, Menu, useMantineColorScheme } from "@mantine/core";
import {
  IconClockHour4,
  IconDeviceDesktop,
  IconKeyboard,
  IconLogout,
  IconMoon,
  IconSun,
  IconUser,
} from "@tabler/icons-react";
import { signOut, useSession } from "@/api/session";
import { notifyOfFailure } from "@/ui/notify";
import { useSettings } from "@/ui/settings";

// Loaded when they are first wanted.
const openZoneSetting = () => import("./ZoneSetting").then((part) => part.openZoneSetting());
const openShortcuts = () => import("./shortcuts").then((part) => part.openShortcuts());

export function UserMenu() {
  const session = useSession();
  const scheme = useMantineColorScheme();
  const { zone } = useSettings();
  return (
    <Menu position="bottom-end" width={230}>
      <Menu.Target>
        <ActionIcon variant="default" aria-label={`You: ${session.data?.user ?? "nobody"}`}>
          <IconUser size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{session.data ? `${session.data.user}, ${session.data.role}` : "Signed out"}</Menu.Label>
        <Menu.Item leftSection={<IconSun size={16} />} onClick={() => scheme.setColorScheme("light")}>
          Light
        </Menu.Item>
        <Menu.Item leftSection={<IconMoon size={16} />} onClick={() => scheme.setColorScheme("dark")}>
          Dark
        </Menu.Item>
        <Menu.Item leftSection={<IconDeviceDesktop size={16} />} onClick={() => scheme.setColorScheme("auto")}>
          As the system
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<IconClockHour4 size={16} />} onClick={() => void openZoneSetting()}>
          Times in {zone}
        </Menu.Item>
        <Menu.Item leftSection={<IconKeyboard size={16} />} onClick={() => void openShortcuts()}>
          Keyboard shortcuts
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => signOut().catch(notifyOfFailure)}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
