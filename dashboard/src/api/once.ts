/** What makes something is made once, however often it is asked for until it has been answered. */
import { ApiError } from "./problem";

const PREFIX = "clawdbot.once.";
/** Of an answer that was lost. Whoever asks for the same thing much later means another one. */
const KEPT_MS = 3_600_000;
/** The server has looked at it and made nothing. After others, as "sign in first", an earlier try may have made it. */
const REFUSED = [409, 422];

interface Kept {
  of: string;
  key: string;
  at: number;
}

/**
 * Asks with an Idempotency-Key, which is the same for the same `body` until there is an answer: a double click, another
 * tab with the same draft and a second try after a lost answer, also after a reload, get the answer of the first.
 */
export async function once<R>(
  what: string,
  body: unknown,
  ask: (header: { "Idempotency-Key": string }) => Promise<R>,
): Promise<R> {
  const of = JSON.stringify(body);
  const kept = read(what);
  const known = kept?.of === of && Date.now() - kept.at < KEPT_MS ? kept : { of, key: newKey(), at: Date.now() };
  localStorage.setItem(PREFIX + what, JSON.stringify(known));
  try {
    const answer = await ask({ "Idempotency-Key": known.key });
    localStorage.removeItem(PREFIX + what);
    return answer;
  } catch (error) {
    if (error instanceof ApiError && REFUSED.includes(error.status)) localStorage.removeItem(PREFIX + what);
    throw error;
  }
}

function read(what: string): Kept | null {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + what) ?? "null") as Kept | null;
  } catch {
    return null;
  }
}

/** Not `randomUUID`, which there is only behind TLS and on this machine. */
function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
