import { IconGridDots } from "@tabler/icons-react";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { Page } from "@/app/page";
import { rootRoute } from "@/app/root";
import { numberIn, oneOf, textIn } from "@/ui/forms/search";
import { CELL_STATES, type CellState } from "./states";

export interface CoverageSearch {
  /** Age from which data is stale. */
  hours?: number;
  ticker?: string;
  state?: CellState;
}

export const route = createRoute({
  getParentRoute: () => rootRoute,
  path: "/coverage",
  validateSearch: (search: Record<string, unknown>): CoverageSearch => ({
    hours: numberIn(search.hours, 1, 8_760),
    ticker: textIn(search.ticker),
    state: oneOf(search.state, CELL_STATES),
  }),
  component: lazyRouteComponent(() => import("./CoveragePage"), "CoveragePage"),
});

export const pages: Page[] = [{ route, navigation: { label: "Coverage", icon: IconGridDots, order: 40, key: "d" } }];
