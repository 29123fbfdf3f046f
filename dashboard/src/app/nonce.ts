import { setNonce } from "get-nonce";

/** What the server wrote into the page for this load: styles that libraries add while it runs carry it. */
export const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? "";

/** For the scroll lock of dialogs, which asks this library. */
export function announceNonce(): void {
  setNonce(nonce);
}
