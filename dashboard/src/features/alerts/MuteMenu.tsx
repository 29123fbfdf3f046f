import { Button, Menu } from "@mantine/core";
import { IconBellOff, IconChevronDown } from "@tabler/icons-react";
import { useNow } from "@/ui/time/now";
import { Time } from "@/ui/time/Time";

const LENGTHS = [
  [3_600, "1 hour"],
  [8 * 3_600, "8 hours"],
  [86_400, "1 day"],
  [7 * 86_400, "1 week"],
] as const;

interface Props {
  until: string | null;
  by: string | null;
  mute: (seconds: number) => void;
  unmute: () => void;
}

/** Nothing is sent for a while; here it goes on. */
export function MuteMenu({ until, by, mute, unmute }: Props) {
  const now = useNow();
  if (isMuted(until, now))
    return (
      <Button
        size="compact-xs"
        variant="default"
        leftSection={<IconBellOff size={12} aria-hidden />}
        onClick={unmute}
        title={`Muted by ${by ?? "somebody"}`}
      >
        Unmute (ends&nbsp;
        <Time at={until} />)
      </Button>
    );
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <Button size="compact-xs" variant="default" rightSection={<IconChevronDown size={12} aria-hidden />}>
          Mute
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {LENGTHS.map(([seconds, label]) => (
          <Menu.Item key={seconds} onClick={() => mute(seconds)}>
            For {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

export function isMuted(until: string | null, now: Date): boolean {
  return until !== null && new Date(until) > now;
}
