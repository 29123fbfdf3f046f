import {
  type Icon,
  IconBan,
  IconBellRinging,
  IconBolt,
  IconCircleCheck,
  IconCircleX,
  IconClock,
  IconClockPause,
  IconDoorExit,
  IconEarOff,
  IconEye,
  IconHandGrab,
  IconHandStop,
  IconHourglass,
  IconLoader2,
  IconLock,
  IconPlayerPause,
  IconPlayerSkipForward,
  IconPlugConnectedX,
  IconPointFilled,
  IconQuestionMark,
  IconThumbDown,
} from "@tabler/icons-react";
import type { components } from "@/api/schema";

export type TaskStatus = components["schemas"]["TaskStatus"];

export interface Look {
  label: string;
  icon: Icon;
  color: string;
  /** Is something going on this moment? */
  moving?: boolean;
}

/** Every status by icon, word and colour: no two are told apart by colour alone. */
export const STATUSES: Record<TaskStatus, Look> = {
  scheduled: { label: "Scheduled", icon: IconClock, color: "indigo" },
  blocked: { label: "Blocked", icon: IconLock, color: "gray" },
  awaiting_approval: { label: "Awaiting approval", icon: IconHandStop, color: "orange" },
  pending: { label: "Pending", icon: IconHourglass, color: "yellow" },
  claimed: { label: "Claimed", icon: IconHandGrab, color: "cyan" },
  running: { label: "Running", icon: IconLoader2, color: "blue", moving: true },
  review: { label: "In review", icon: IconEye, color: "grape" },
  succeeded: { label: "Succeeded", icon: IconCircleCheck, color: "green" },
  failed: { label: "Failed", icon: IconCircleX, color: "red" },
  cancelled: { label: "Cancelled", icon: IconBan, color: "gray" },
  rejected: { label: "Rejected", icon: IconThumbDown, color: "pink" },
};

const OTHERS: Record<string, Look> = {
  lost: { label: "Lost", icon: IconClockPause, color: "orange" },
  // Of a step of a plan, and of a run of a schedule.
  skipped: { label: "Skipped", icon: IconPlayerSkipForward, color: "gray" },
  // Of workers.
  busy: { label: "Busy", icon: IconBolt, color: "blue" },
  idle: { label: "Idle", icon: IconCircleCheck, color: "green" },
  paused: { label: "Paused", icon: IconPlayerPause, color: "orange" },
  draining: { label: "Draining", icon: IconDoorExit, color: "grape" },
  deaf: { label: "Deaf", icon: IconEarOff, color: "red" },
  offline: { label: "Offline", icon: IconPlugConnectedX, color: "gray" },
  // Of capabilities.
  flowing: { label: "Flowing", icon: IconCircleCheck, color: "green" },
  circuit_open: { label: "Circuit open", icon: IconPlugConnectedX, color: "red" },
  // Of schedules and their runs.
  waiting: { label: "Waiting", icon: IconHourglass, color: "yellow" },
  ended: { label: "Ended", icon: IconPointFilled, color: "gray" },
  gone: { label: "Gone", icon: IconBan, color: "gray" },
  missed: { label: "Missed", icon: IconClockPause, color: "orange" },
  // Of triggers and what came to them.
  halted: { label: "Paused by ClawdBot", icon: IconPlayerPause, color: "red" },
  made: { label: "Made", icon: IconCircleCheck, color: "green" },
  filtered: { label: "Filtered out", icon: IconPointFilled, color: "gray" },
  refused: { label: "Refused", icon: IconBan, color: "orange" },
  // Of alerts.
  firing: { label: "Firing", icon: IconBellRinging, color: "red" },
  recovered: { label: "Recovered", icon: IconCircleCheck, color: "green" },
  told: { label: "Told", icon: IconPointFilled, color: "gray" },
  sent: { label: "Sent", icon: IconCircleCheck, color: "green" },
  superseded: { label: "Overtaken by a newer one", icon: IconPointFilled, color: "gray" },
  // Of keys, people, invitations.
  valid: { label: "Valid", icon: IconCircleCheck, color: "green" },
  active: { label: "Active", icon: IconCircleCheck, color: "green" },
  open: { label: "Open", icon: IconHourglass, color: "yellow" },
  used: { label: "Used", icon: IconCircleCheck, color: "green" },
  expired: { label: "Expired", icon: IconClock, color: "gray" },
  revoked: { label: "Revoked", icon: IconBan, color: "gray" },
  withdrawn: { label: "Withdrawn", icon: IconBan, color: "gray" },
  disabled: { label: "Disabled", icon: IconBan, color: "gray" },
};

/** Also for a status that a later version of the API may have. */
export function lookOf(status: string): Look {
  return (
    STATUSES[status as TaskStatus] ??
    OTHERS[status] ?? { label: status.replaceAll("_", " "), icon: IconQuestionMark, color: "gray" }
  );
}

const OVER: readonly string[] = ["succeeded", "failed", "cancelled", "rejected"];

export const TASK_STATUSES = Object.keys(STATUSES) as TaskStatus[];

export function isOver(status: string): boolean {
  return OVER.includes(status);
}
