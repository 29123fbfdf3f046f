import { IconLayoutKanban } from "@tabler/icons-react";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { Page } from "@/app/page";
import { rootRoute } from "@/app/root";
import { textIn } from "@/ui/forms/search";
import type { BoardFilters } from "./queries";

export const route = createRoute({
  getParentRoute: () => rootRoute,
  path: "/board",
  validateSearch: (search: Record<string, unknown>): BoardFilters => ({
    text: textIn(search.text),
    task_type: textIn(search.task_type),
    ticker: textIn(search.ticker),
    worker: textIn(search.worker),
    tag: textIn(search.tag),
  }),
  component: lazyRouteComponent(() => import("./BoardPage"), "BoardPage"),
});

export const pages: Page[] = [
  { route, navigation: { label: "Board", icon: IconLayoutKanban, order: 11, key: "b", members: true } },
];
