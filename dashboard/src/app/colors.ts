import type { CSSVariablesResolver } from "@mantine/core";

/** Mantine's dimmed texts and placeholders are too faint for many to read (below 4.5 : 1), in either theme. */
export const readable: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-dimmed": "#596169",
    "--mantine-color-placeholder": "#666e76",
    "--mantine-color-error": "#c92a2a",
    "--input-asterisk-color": "#c92a2a",
  },
  dark: {
    "--mantine-color-dimmed": "#a9adb2",
    "--mantine-color-placeholder": "#9aa0a6",
    "--mantine-color-error": "#ff8787",
    "--input-asterisk-color": "#ff8787",
  },
});
