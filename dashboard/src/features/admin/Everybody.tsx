import { useQuery } from "@tanstack/react-query";
import { sessions } from "@/api/people";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { SessionTable } from "@/ui/tables/SessionTable";

/** The sessions of all people. */
export function Everybody() {
  const list = useQuery(sessions(true));
  if (list.error) return <ErrorSentence error={list.error} again={() => list.refetch()} />;
  return list.data ? <SessionTable sessions={list.data} withPeople /> : null;
}
