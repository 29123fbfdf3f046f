import { IconSitemap } from "@tabler/icons-react";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { Page } from "@/app/page";
import { rootRoute } from "@/app/root";
import { filtersOf, stepIn, viewOf } from "./search";

export const route = createRoute({
  getParentRoute: () => rootRoute,
  path: "/plans",
  validateSearch: filtersOf,
  component: lazyRouteComponent(() => import("./PlansPage"), "PlansPage"),
});

export const oneRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/plans/$id",
  validateSearch: stepIn,
  component: lazyRouteComponent(() => import("./PlanPage"), "PlanPage"),
});

export const newRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/plans/new",
  validateSearch: viewOf,
  component: lazyRouteComponent(() => import("./new/NewPlanPage"), "NewPlanPage"),
});

export const pages: Page[] = [
  { route, navigation: { label: "Plans", icon: IconSitemap, order: 13, key: "p", members: true } },
  { route: oneRoute },
  { route: newRoute },
];
