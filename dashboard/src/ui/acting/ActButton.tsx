import { Button, type ButtonProps } from "@mantine/core";
import type { Icon } from "@tabler/icons-react";
import type { ReactNode } from "react";

interface Props extends Pick<ButtonProps, "loading" | "disabled" | "rightSection"> {
  icon: Icon;
  /** What one comes for; the others are quieter. */
  first?: boolean;
  onClick?: () => void;
  children: ReactNode;
}

/** One of the buttons in the row of what can be done. */
export function ActButton({ icon: Icon, first = false, ...others }: Props) {
  return (
    <Button
      size="compact-md"
      variant={first ? "filled" : "default"}
      leftSection={<Icon size={16} aria-hidden />}
      {...others}
    />
  );
}
