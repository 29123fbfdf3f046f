import { IconDatabase } from "@tabler/icons-react";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { Page } from "@/app/page";
import { rootRoute } from "@/app/root";
import { momentIn, textIn } from "@/ui/forms/search";

export interface RecordFilters {
  ticker?: string;
  text?: string;
  since?: string;
  until?: string;
  task_id?: string;
  /** Of the whole page. */
  workspace?: string;
}

export interface RecordSearch extends RecordFilters {
  kind?: string;
}

export const route = createRoute({
  getParentRoute: () => rootRoute,
  path: "/records",
  validateSearch: (search: Record<string, unknown>): RecordSearch => ({
    kind: textIn(search.kind),
    ticker: textIn(search.ticker),
    text: textIn(search.text),
    since: momentIn(search.since),
    until: momentIn(search.until),
    task_id: textIn(search.task_id),
  }),
  component: lazyRouteComponent(() => import("./RecordsPage"), "RecordsPage"),
});

export const pages: Page[] = [
  { route, navigation: { label: "Records", icon: IconDatabase, order: 41, key: "r", members: true } },
];
