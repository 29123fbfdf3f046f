import { IconServer } from "@tabler/icons-react";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { Page } from "@/app/page";
import { rootRoute } from "@/app/root";
import { filtersOf } from "./search";

export const route = createRoute({
  getParentRoute: () => rootRoute,
  path: "/workers",
  validateSearch: filtersOf,
  component: lazyRouteComponent(() => import("./WorkersPage"), "WorkersPage"),
});

export const oneRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/workers/$id",
  component: lazyRouteComponent(() => import("./WorkerPage"), "WorkerPage"),
});

export const pages: Page[] = [
  { route, navigation: { label: "Workers", icon: IconServer, order: 30, key: "w" } },
  { route: oneRoute },
];
