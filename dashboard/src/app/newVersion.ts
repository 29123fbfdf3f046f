const KEY = "clawdbot.reloaded-at";
const AGAIN_AFTER_MS = 60_000;
const ASK_AGAIN_MS = 2_000;
/** Parts of the frame that are on their way: they are asked for again, and lead to no reload by themselves. */
let ofTheFrame = 0;

/**
 * A page that is open while a new version is deployed asks for parts that are gone. One reload brings the new page;
 * a second one within a minute would not help, so the error is shown instead. The event goes on its way: what is loaded
 * would else be taken for loaded, and the router tells of an error while the page is being loaded anew.
 *
 * While the server is away it is waited for: a reload would put the browser's own error page in the place of ours, which
 * nothing but a person leads away from.
 */
export function reloadOnceWhenAPartIsGone(): void {
  window.addEventListener("vite:preloadError", () => {
    if (ofTheFrame === 0) void untilItAnswers().then(reloadOnce);
  });
}

/** A part of the frame, asked for until it comes: what is on show stays while the server is away. */
export function untilItComes<T>(load: () => Promise<T>): () => Promise<T> {
  return async function again(): Promise<T> {
    ofTheFrame++;
    try {
      return await load();
    } catch (error) {
      if (!(await untilItAnswers())) {
        reloadOnce();
        throw error;
      }
    } finally {
      ofTheFrame--;
    }
    return again();
  };
}

function reloadOnce(): void {
  const last = Number(sessionStorage.getItem(KEY) ?? 0);
  if (Date.now() - last < AGAIN_AFTER_MS) return;
  sessionStorage.setItem(KEY, String(Date.now()));
  window.location.reload();
}

/** Whether it was away before. */
async function untilItAnswers(): Promise<boolean> {
  for (let tries = 0; ; tries++) {
    try {
      // Asked for as a browser asks for it: anything else at this address is a 404, which the console shows as an error.
      await fetch(document.baseURI, { method: "HEAD", cache: "no-store", headers: { Accept: "text/html" } });
      return tries > 0;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
    }
  }
}
