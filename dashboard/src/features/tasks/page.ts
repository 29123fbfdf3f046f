import { IconListCheck } from "@tabler/icons-react";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { Page } from "@/app/page";
import { rootRoute } from "@/app/root";
import { filtersOf } from "./search";

export const route = createRoute({
  getParentRoute: () => rootRoute,
  path: "/tasks",
  validateSearch: filtersOf,
  component: lazyRouteComponent(() => import("./TasksPage"), "TasksPage"),
});

export const pages: Page[] = [
  { route, navigation: { label: "Tasks", icon: IconListCheck, order: 10, key: "t", members: true } },
];
