import { useSettings } from "@/ui/settings";
import { distance, inZone } from "./moments";
import { useAtNow } from "./now";

/**
 * Every moment on the page is one of these: in the zone that the person has set, which is named, with how long ago.
 * `show="both"` says both at once, where there is no hovering. There may be hundreds on a page, so what is shown while
 * one hovers is left to the browser, and none is drawn anew before its words change.
 */
export function Time({
  at,
  show = "distance",
}: {
  at: string | null | undefined;
  show?: "distance" | "date" | "both";
}) {
  const { zone } = useSettings();
  const ago = useAtNow((now) => (at ? distance(new Date(at), now) : ""));
  if (!at) return <span className="dim">–</span>;
  const date = inZone(new Date(at), zone);
  const text = { distance: ago, date, both: `${date} (${ago})` }[show];
  return (
    <time dateTime={at} title={`${date} ${zone} · ${ago}`}>
      {text}
    </time>
  );
}
