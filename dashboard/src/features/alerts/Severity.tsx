import { Badge } from "@mantine/core";
import { IconAlertOctagon, IconAlertTriangle, IconInfoCircle } from "@tabler/icons-react";

const LOOKS = {
  critical: [IconAlertOctagon, "red"],
  warning: [IconAlertTriangle, "orange"],
  info: [IconInfoCircle, "blue"],
} as const;

export function Severity({ of }: { of: string }) {
  const [Icon, color] = LOOKS[of as keyof typeof LOOKS] ?? LOOKS.info;
  return (
    <Badge
      className="badge"
      variant="light"
      size="sm"
      tt="none"
      color={color}
      leftSection={<Icon size={12} aria-hidden />}
    >
      {of}
    </Badge>
  );
}
