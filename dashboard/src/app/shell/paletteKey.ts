import { spotlight } from "@mantine/spotlight";

/**
 * Ctrl K is heard from the first moment, also before the palette has been loaded: it opens as soon as it is there. Over a
 * dialog (signing in, a form) it does nothing.
 */
export function openPaletteByKey(): void {
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "k") return;
    event.preventDefault();
    if (document.querySelector('[role="dialog"]') === null) spotlight.open();
  });
}
