import { type UseMutationOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { answerOf, api } from "@/api/client";
import { notifyOfSuccess } from "@/ui/acting/notify";
import { AGENT, type Agent, agentQuery, type Limit, type Policy } from "./queries";

/** What can be done to the agent. Each answers how the agent is then, which is shown at once. */
export function useAgent() {
  const client = useQueryClient();
  const shared = <Given>(
    said: string,
    does: (given: Given) => Promise<Agent>,
  ): UseMutationOptions<Agent, Error, Given> => ({
    mutationFn: does,
    onSuccess: (agent) => {
      client.setQueryData(agentQuery.queryKey, agent);
      notifyOfSuccess(said);
    },
    onSettled: () => client.invalidateQueries({ queryKey: AGENT }),
  });
  const quiet = { meta: { quiet: true } };
  return {
    pause: useMutation(
      shared("The agent is paused. What is under way goes on.", (reason: string) =>
        answerOf(api.POST("/api/v1/agent/pause", { body: { reason } })),
      ),
    ),
    resume: useMutation(shared("The agent is on.", (_: undefined) => answerOf(api.POST("/api/v1/agent/resume")))),
    run: useMutation(
      shared("The agent's next round begins now.", (_: undefined) => answerOf(api.POST("/api/v1/agent/run"))),
    ),
    budget: useMutation({
      ...shared("The budget counts from the next round on.", (limits: Limit[]) =>
        answerOf(api.PUT("/api/v1/agent/budget", { body: { limits } })),
      ),
      ...quiet,
    }),
    policy: useMutation({
      ...shared("The policy counts from the next round on.", (policy: Policy) =>
        answerOf(api.PUT("/api/v1/agent/policy", { body: policy })),
      ),
      ...quiet,
    }),
    undo: useMutation({
      mutationFn: (id: string) =>
        answerOf(api.POST("/api/v1/agent/decisions/{decision_id}/undo", { params: { path: { decision_id: id } } })),
      onSuccess: ({ cancelled, over }) =>
        notifyOfSuccess(
          cancelled.length || over.length
            ? `Undone: ${cancelled.length} ${cancelled.length === 1 ? "task is" : "tasks are"} being cancelled${over.length ? `, ${over.length} had ended before` : ""}.`
            : "Undone: its alert has ended.",
        ),
      onSettled: () => client.invalidateQueries({ queryKey: AGENT }),
    }),
  };
}

export type AgentActions = ReturnType<typeof useAgent>;
