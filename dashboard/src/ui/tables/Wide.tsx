import { Table } from "@mantine/core";
import type { ReactNode } from "react";

interface Props {
  /** Below this it scrolls sideways within itself; the page does not. */
  minWidth: number;
  label: string;
  dimmed?: boolean;
  children: ReactNode;
}

/** Around a table that may be wider than a phone. It can be scrolled with the keyboard. */
export function Wide({ minWidth, label, dimmed, children }: Props) {
  return (
    <Table.ScrollContainer
      minWidth={minWidth}
      type="native"
      tabIndex={0}
      role="group"
      aria-label={label}
      opacity={dimmed ? 0.5 : undefined}
    >
      {children}
    </Table.ScrollContainer>
  );
}
