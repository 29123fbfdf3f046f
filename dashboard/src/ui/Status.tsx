import type { CSSProperties } from "react";
import { lookOf } from "./statuses";

/** A status by icon, word and colour. A plain element: there may be hundreds on a page. */
export function Status({ of, size = "md" }: { of: string; size?: "sm" | "md" | "lg" }) {
  const { label, icon: Icon, color, moving } = lookOf(of);
  const colors = {
    "--status-color": `var(--mantine-color-${color}-light-color)`,
    "--status-back": `var(--mantine-color-${color}-light)`,
  } as CSSProperties;
  return (
    <span className="status" data-status={of} data-size={size} style={colors}>
      <Icon size={13} aria-hidden className={moving ? "turning" : undefined} />
      {label}
    </span>
  );
}
