import { Badge, UnstyledButton } from "@mantine/core";
import { IconAlertTriangle, IconBolt, IconPlugConnectedX, IconQuestionMark } from "@tabler/icons-react";
import { lazy, Suspense } from "react";
import { untilItComes } from "@/app/newVersion";
import { useHealth } from "@/live/live";
import { useParts } from "./health";
import { illOf } from "./parts";

// What is behind a click is loaded after the page is there.
const HealthParts = lazy(untilItComes(() => import("./HealthParts")));

/** The connection, or what is ill; and behind a click how old what is shown is, and how each part is. */
export function HealthBadge() {
  const { connection } = useHealth();
  const { ill, isOffline } = illOf(useParts(), connection);
  const [color, Icon, word] = isOffline
    ? (["orange", IconPlugConnectedX, "Offline"] as const)
    : ill.length
      ? (["red", IconAlertTriangle, ill.length === 1 ? `${ill[0]?.name}` : `${ill.length} problems`] as const)
      : connection === "open"
        ? (["green", IconBolt, "Live"] as const)
        : (["gray", IconQuestionMark, "Connecting"] as const);
  const badge = (
    <UnstyledButton display="flex" mih={28} style={{ alignItems: "center" }} aria-label={`Health: ${word}`}>
      <Badge
        className="badge"
        color={color}
        variant="light"
        tt="none"
        leftSection={<Icon size={13} aria-hidden />}
        data-connection={connection}
      >
        {word}
      </Badge>
    </UnstyledButton>
  );
  return (
    <Suspense fallback={badge}>
      <HealthParts badge={badge} />
    </Suspense>
  );
}
