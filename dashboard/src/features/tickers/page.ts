import { IconStar } from "@tabler/icons-react";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { Page } from "@/app/page";
import { rootRoute } from "@/app/root";
import { oneOf, textIn } from "@/ui/forms/search";

export interface TickersSearch {
  show?: "tracked" | "untracked" | "trending";
  /** The one that is looked at closely. */
  ticker?: string;
}

export const route = createRoute({
  getParentRoute: () => rootRoute,
  path: "/tickers",
  validateSearch: (search: Record<string, unknown>): TickersSearch => ({
    show: oneOf(search.show, ["tracked", "untracked", "trending"] as const),
    ticker: textIn(search.ticker),
  }),
  component: lazyRouteComponent(() => import("./TickersPage"), "TickersPage"),
});

export const pages: Page[] = [{ route, navigation: { label: "Tickers", icon: IconStar, order: 42, key: "k" } }];
