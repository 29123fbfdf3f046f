import { Badge } from "@mantine/core";
import { lookOf } from "./statuses";

/** A status by icon, word and colour. */
export function Status({ of, size = "md" }: { of: string; size?: "sm" | "md" | "lg" }) {
  const look = lookOf(of);
  const Icon = look.icon;
  return (
    <Badge
      className="status"
      variant="light"
      color={look.color}
      size={size}
      tt="none"
      data-status={of}
      leftSection={<Icon size={13} aria-hidden className={look.moving ? "turning" : undefined} />}
    >
      {look.label}
    </Badge>
  );
}
