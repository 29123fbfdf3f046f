import {
  createTheme,
  DEFAULT_THEME,
  Drawer,
  Loader,
  type MantineColorsTuple,
  Modal,
  Notification,
} from "@mantine/core";

const claw: MantineColorsTuple = [
  "#e7f6f3",
  "#d2eae5",
  "#a5d5cb",
  "#75bfb0",
  "#4eac99",
  "#35a08b",
  "#1f8574",
  "#167063",
  "#0f5f54",
  "#064d44",
];

/** Mantine's own is too faint below white text (3.8 : 1). */
const red: MantineColorsTuple = DEFAULT_THEME.colors.red.map((shade, place) =>
  place === 7 ? "#d42a2a" : shade,
) as never;

/** The cross of a dialog, for who does not see it. */
const named = { closeButtonProps: { "aria-label": "Close" } };

export const theme = createTheme({
  colors: { claw, red },
  components: {
    Modal: Modal.extend({ defaultProps: named }),
    Drawer: Drawer.extend({ defaultProps: named }),
    Notification: Notification.extend({ defaultProps: { closeButtonProps: { "aria-label": "Dismiss" } } }),
    // A span has no name unless it has a role.
    Loader: Loader.extend({ defaultProps: { role: "status" } }),
  },
  primaryColor: "claw",
  primaryShade: { light: 7, dark: 7 },
  autoContrast: true,
  defaultRadius: "sm",
  fontFamily: "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif",
  fontFamilyMonospace: "ui-monospace, SFMono-Regular, Menlo, 'DejaVu Sans Mono', monospace",
  fontSizes: { xs: "0.75rem", sm: "0.8125rem", md: "0.875rem", lg: "1rem", xl: "1.125rem" },
  headings: { sizes: { h1: { fontSize: "1.35rem" }, h2: { fontSize: "1.1rem" }, h3: { fontSize: "0.95rem" } } },
  cursorType: "pointer",
  respectReducedMotion: true,
});
