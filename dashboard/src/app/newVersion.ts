const KEY = "clawdbot.reloaded-at";
const AGAIN_AFTER_MS = 60_000;

/**
 * A page that is open while a new version is deployed asks for parts that are gone. One reload brings the new page;
 * a second one within a minute would not help, so the error is shown instead. The event goes on its way: what is loaded
 * would else be taken for loaded, and the router tells of an error while the page is being loaded anew.
 */
export function reloadOnceWhenAPartIsGone(): void {
  window.addEventListener("vite:preloadError", () => {
    const last = Number(sessionStorage.getItem(KEY) ?? 0);
    if (Date.now() - last < AGAIN_AFTER_MS) return;
    sessionStorage.setItem(KEY, String(Date.now()));
    window.location.reload();
  });
}
