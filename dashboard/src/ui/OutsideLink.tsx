import { Anchor, type AnchorProps, Text } from "@mantine/core";
import type { ReactNode } from "react";

/** An address from data: opens http and https only, in a new tab, and tells nobody where from. */
export function OutsideLink({ to, children, ...rest }: { to: string; children: ReactNode } & AnchorProps) {
  if (!/^https?:\/\//i.test(to)) return <Text {...rest}>{children}</Text>;
  return (
    <Anchor href={to} target="_blank" rel="noopener noreferrer" {...rest}>
      {children}
    </Anchor>
  );
}
