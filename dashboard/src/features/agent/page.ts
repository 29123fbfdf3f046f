import { IconRobot } from "@tabler/icons-react";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { Page } from "@/app/page";
import { rootRoute } from "@/app/root";
import { numberIn, oneOf, textIn } from "@/ui/forms/search";
import { type DecisionFilters, KINDS, OUTCOMES, WEIGHTS, type Weights } from "./choices";

export interface AgentSearch extends DecisionFilters, Weights {
  tab?: "ranking";
  /** The one that is looked at closely. */
  decision?: string;
}

export const route = createRoute({
  getParentRoute: () => rootRoute,
  path: "/agent",
  validateSearch: (search: Record<string, unknown>): AgentSearch => ({
    tab: oneOf(search.tab, ["ranking"] as const),
    decision: textIn(search.decision),
    ticker: textIn(search.ticker),
    kind: oneOf(search.kind, KINDS),
    outcome: oneOf(search.outcome, OUTCOMES),
    ...Object.fromEntries(WEIGHTS.map((name) => [name, numberIn(search[name], 0, 1_000)])),
  }),
  component: lazyRouteComponent(() => import("./AgentPage"), "AgentPage"),
});

export const pages: Page[] = [{ route, navigation: { label: "Agent", icon: IconRobot, order: 45, key: "a" } }];
