import { Loader, Stack, Tabs, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMay } from "@/api/session";
import { useRefresh } from "@/live/useRefresh";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { Budget } from "./Budget";
import { DecisionDrawer } from "./DecisionDrawer";
import { Decisions } from "./Decisions";
import { type AgentSearch, route } from "./page";
import { AGENT, agentQuery } from "./queries";
import { Ranking } from "./Ranking";
import { StateCard } from "./StateCard";
import { useAgent } from "./useAgent";

const REFRESH_MS = 4_000;

/** How the agent is, what it may spend, what it decided and why. */
export function AgentPage() {
  const search = route.useSearch();
  const navigate = useNavigate();
  const may = useMay();
  const agent = useQuery(agentQuery);
  const does = useAgent();
  const actions = may.operate ? does : null;
  useRefresh([AGENT], REFRESH_MS);
  const go = (changes: AgentSearch) =>
    navigate({ to: "/agent", search: { ...search, ...changes } as never, replace: true });
  return (
    <Stack gap="sm">
      <Title order={1}>Agent</Title>
      {agent.error && <ErrorSentence error={agent.error} again={() => agent.refetch()} />}
      {agent.isPending && !agent.error && <Loader aria-label="Loading" />}
      {agent.data && <StateCard agent={agent.data} actions={actions} />}
      {agent.data && <Budget uses={agent.data.budget} actions={actions} />}
      <Tabs
        value={search.tab ?? "decisions"}
        onChange={(tab) => go({ tab: tab === "ranking" ? "ranking" : undefined })}
        keepMounted={false}
      >
        <Tabs.List aria-label="About the agent">
          <Tabs.Tab value="decisions">Decisions</Tabs.Tab>
          <Tabs.Tab value="ranking">What if</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="decisions" pt="sm">
          <Decisions search={search} go={go} actions={actions} />
        </Tabs.Panel>
        <Tabs.Panel value="ranking" pt="sm">
          <Ranking search={search} go={go} />
        </Tabs.Panel>
      </Tabs>
      <DecisionDrawer id={search.decision} close={() => go({ decision: undefined })} actions={actions} />
    </Stack>
  );
}
