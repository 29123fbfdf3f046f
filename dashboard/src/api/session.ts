import { useQuery } from "@tanstack/react-query";
import { basePath } from "./client";
import { ApiError, problemOf, unreachable } from "./problem";
import { queryClient } from "./queries";
import { forgetCode, signInCode } from "./signInCode";

export type Role = "viewer" | "operator" | "admin";

export interface Session {
  user: string;
  role: Role;
  /** Of a member of workspaces, who sees nothing else; null: they see everything. */
  workspaces?: string[] | null;
  /** In which of these they change things; in the others they only look. */
  changes?: string[] | null;
}

const KEY = ["session"];

/** Not through the client: here a 401 is an answer. */
async function ask(method: "GET" | "POST" | "DELETE", body?: unknown): Promise<Response> {
  const headers = body ? { "Content-Type": "application/json" } : undefined;
  let answer: Response;
  try {
    answer = await fetch(`${basePath}/api/v1/session`, { method, headers, body: body ? JSON.stringify(body) : null });
  } catch {
    throw unreachable();
  }
  return answer;
}

async function refusal(answer: Response): Promise<ApiError> {
  return new ApiError(problemOf(await answer.json().catch(() => null), answer.status));
}

let refusedCode: ApiError | null = null;

/** Why the code in the address did not sign in. */
export function refusalOfCode(): ApiError | null {
  return refusedCode;
}

async function whoAmI(): Promise<Session | null> {
  const answer = await ask("GET");
  if (answer.status === 401) return byCode(signInCode());
  // Whoever is signed in here stays so: nobody else's code makes them somebody else.
  forgetCode();
  if (!answer.ok) throw await refusal(answer);
  return (await answer.json()) as Session;
}

async function byCode(code: string | null): Promise<Session | null> {
  if (code === null) return null;
  const answer = await ask("POST", { code });
  forgetCode();
  if (answer.ok) return (await answer.json()) as Session;
  refusedCode = await refusal(answer);
  return null;
}

/** Who is signed in: undefined while that is asked, null for nobody. */
export function useSession() {
  return useQuery({ queryKey: KEY, queryFn: whoAmI, staleTime: Number.POSITIVE_INFINITY });
}

/** Whether they see their workspaces only: what all share is closed to them, and not offered. */
export function useIsMember(): boolean {
  return Boolean(useSession().data?.workspaces);
}

/** The same outside of components. */
export function isMember(): boolean {
  return Boolean(queryClient.getQueryData<Session | null>(KEY)?.workspaces);
}

/** May they change things? What one may not do is not offered. */
export function useMay(): { operate: boolean; administer: boolean; useShared: boolean } {
  const me = useSession().data;
  const operate = me?.role === "operator" || me?.role === "admin";
  // What all workspaces share, such as the watchlist, and what people think of a group of failures.
  return { operate, administer: me?.role === "admin", useShared: operate && !me?.workspaces };
}

export async function signIn(username: string, password: string): Promise<void> {
  const answer = await ask("POST", { username, password });
  if (!answer.ok) throw await refusal(answer);
  const me = (await answer.json()) as Session;
  const before = lastUser;
  lastUser = me.user;
  queryClient.setQueryData<Session>(KEY, me);
  // What another person saw is not shown to this one.
  if (before && before !== me.user)
    queryClient.removeQueries({ predicate: (query) => query.queryKey[0] !== "session" });
  await queryClient.invalidateQueries({ predicate: (query) => query.queryKey[0] !== "session" });
}

let lastUser: string | null = null;

export async function signOut(): Promise<void> {
  const answer = await ask("DELETE");
  if (!answer.ok && answer.status !== 401) throw await refusal(answer);
  queryClient.clear();
  queryClient.setQueryData<Session | null>(KEY, null);
}

/** The server said 401: sign-in opens over the page, and what was typed stays. */
export function noteSignedOut(): void {
  const session = queryClient.getQueryData<Session | null>(KEY);
  if (session) lastUser = session.user;
  if (session !== null) queryClient.setQueryData(KEY, null);
}
