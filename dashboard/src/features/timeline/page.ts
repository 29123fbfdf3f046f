import { IconTimeline } from "@tabler/icons-react";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { Page } from "@/app/page";
import { rootRoute } from "@/app/root";
import { momentIn, oneOf, textIn } from "@/ui/forms/search";
import { SPANS, type Span } from "./spans";

export interface TimelineSearch {
  span?: Span;
  /** Where the window ends; it follows the clock if this is left out. */
  until?: string;
  by?: "worker" | "ticker" | "type";
  worker?: string;
  ticker?: string;
  task_type?: string;
  /** Of the whole page. */
  workspace?: string;
}

export const route = createRoute({
  getParentRoute: () => rootRoute,
  path: "/timeline",
  validateSearch: (search: Record<string, unknown>): TimelineSearch => ({
    span: oneOf(search.span, SPANS),
    until: momentIn(search.until),
    by: oneOf(search.by, ["worker", "ticker", "type"] as const),
    worker: textIn(search.worker),
    ticker: textIn(search.ticker),
    task_type: textIn(search.task_type),
  }),
  component: lazyRouteComponent(() => import("./TimelinePage"), "TimelinePage"),
});

export const pages: Page[] = [
  { route, navigation: { label: "Timeline", icon: IconTimeline, order: 12, key: "l", members: true } },
];
