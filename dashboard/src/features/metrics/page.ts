import { IconChartBar } from "@tabler/icons-react";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { Page } from "@/app/page";
import { rootRoute } from "@/app/root";
import { oneOf, textIn } from "@/ui/forms/search";
import { RANGES, type Range } from "./ranges";

export const TABS = ["work", "errors", "queue", "freshness", "agent"] as const;
export type Tab = (typeof TABS)[number];

export interface MetricsSearch {
  tab?: Tab;
  range?: Range;
  task_type?: string;
}

/** Not below /metrics, which is where Prometheus reads. */
export const route = createRoute({
  getParentRoute: () => rootRoute,
  path: "/charts",
  validateSearch: (search: Record<string, unknown>): MetricsSearch => ({
    tab: oneOf(search.tab, TABS),
    range: oneOf(search.range, RANGES),
    task_type: textIn(search.task_type),
  }),
  component: lazyRouteComponent(() => import("./MetricsPage"), "MetricsPage"),
});

export const pages: Page[] = [{ route, navigation: { label: "Metrics", icon: IconChartBar, order: 50, key: "m" } }];
