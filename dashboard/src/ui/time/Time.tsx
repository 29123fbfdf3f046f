import { Tooltip } from "@mantine/core";
import { useSettings } from "@/ui/settings";
import { distance, inZone } from "./moments";
import { useNow } from "./now";

/**
 * Every moment on the page is one of these: in the zone that the person has set, which is named, with how long ago.
 * `show="both"` says both at once, where there is no hovering.
 */
export function Time({
  at,
  show = "distance",
}: {
  at: string | null | undefined;
  show?: "distance" | "date" | "both";
}) {
  const now = useNow();
  const { zone } = useSettings();
  if (!at) return <span className="dim">–</span>;
  const moment = new Date(at);
  const date = inZone(moment, zone);
  const ago = distance(moment, now);
  const text = { distance: ago, date, both: `${date} (${ago})` }[show];
  return (
    <Tooltip label={`${date} ${zone} · ${ago}`} openDelay={300}>
      <time dateTime={at}>{text}</time>
    </Tooltip>
  );
}
