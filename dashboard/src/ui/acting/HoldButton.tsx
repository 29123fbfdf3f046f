import { IconPlayerPause, IconPlayerPlay } from "@tabler/icons-react";
import type { QueryKey } from "@tanstack/react-query";
import { ActButton } from "./ActButton";
import { askWhy } from "./Because";
import { useAct } from "./useAct";

interface Props {
  name: string;
  isHeld: boolean;
  /** What a pause does. */
  says: string;
  pause: (name: string, reason: string) => Promise<unknown>;
  resume: (name: string) => Promise<unknown>;
  touches: QueryKey[];
}

/** Pauses what works by itself, with a reason; or lets it go on. */
export function HoldButton({ name, isHeld, says, pause, resume, touches }: Props) {
  const resuming = useAct(resume, { touches, says: () => `${name} goes on.` });
  if (isHeld)
    return (
      <ActButton icon={IconPlayerPlay} loading={resuming.isPending} onClick={() => resuming.mutate(name)}>
        Resume
      </ActButton>
    );
  const act = (reason: string) => pause(name, reason);
  return (
    <ActButton
      icon={IconPlayerPause}
      onClick={() => askWhy({ title: `Pause ${name}?`, word: "Pause", says, act, touches })}
    >
      Pause
    </ActButton>
  );
}
