import { createTheme, type MantineColorsTuple } from "@mantine/core";

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

export const theme = createTheme({
  colors: { claw },
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
