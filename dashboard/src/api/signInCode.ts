/** `clawdbot open` puts a code behind the # of the address. It is taken out before anything else looks at it. */
const FOUND = /^#code=([\w-]{20,100})$/.exec(window.location.hash);

let code: string | null = FOUND?.[1] ?? null;

// Neither the history nor a copied address shall have it, although it counts only once.
if (FOUND) window.history.replaceState(null, "", window.location.pathname + window.location.search);

export function signInCode(): string | null {
  return code;
}

/** It was used, or is not needed. */
export function forgetCode(): void {
  code = null;
}
