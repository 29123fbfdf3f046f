import createClient from "openapi-fetch";
import { sinceAPersonActed } from "./acting";
import { ApiError, problemOf, unreachable } from "./problem";
import type { paths } from "./schema";

/** Where the page lives: empty, or the prefix that a proxy has put in front, without a slash at its end. */
export const basePath = new URL(document.baseURI).pathname.replace(/\/$/, "");

/** The public API. What it takes and answers is generated from its OpenAPI: see docs/dashboard.md. */
export const api = createClient<paths>({ baseUrl: `${window.location.origin}${basePath}` });

/** A read so soon after a click or a key was asked for by a person, and extends their session; polling does not. */
const ACT_MS = 1_000;

const refusals = new Set<() => void>();
const failures = new Set<() => void>();

/** Told whenever the server says that nobody is signed in (any more). */
export function onSignedOut(listener: () => void): () => void {
  refusals.add(listener);
  return () => refusals.delete(listener);
}

/** Told whenever the server does not answer, or says that it cannot. */
export function onServerError(listener: () => void): () => void {
  failures.add(listener);
  return () => failures.delete(listener);
}

api.use({
  onRequest({ request }) {
    if (sinceAPersonActed() < ACT_MS) request.headers.set("X-Person-Acts", "1");
    return request;
  },
  onResponse({ response }) {
    if (response.status === 401) for (const tell of refusals) tell();
    if (response.status >= 500) for (const tell of failures) tell();
  },
});

/** What the API answered. Throws an ApiError with the sentence of its refusal. */
export async function answerOf<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  let done: { data?: T; error?: unknown; response: Response };
  try {
    done = await call;
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw unreachable();
  }
  if (!done.response.ok) throw new ApiError(problemOf(done.error, done.response.status));
  return done.data as T;
}
