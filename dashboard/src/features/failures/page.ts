import { IconCircleX } from "@tabler/icons-react";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { Page } from "@/app/page";
import { rootRoute } from "@/app/root";
import { filtersOf } from "./search";

export const route = createRoute({
  getParentRoute: () => rootRoute,
  path: "/failures",
  validateSearch: filtersOf,
  component: lazyRouteComponent(() => import("./FailuresPage"), "FailuresPage"),
});

export const oneRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/failures/$cause",
  component: lazyRouteComponent(() => import("./FailurePage"), "FailurePage"),
});

export const pages: Page[] = [
  { route, navigation: { label: "Failures", icon: IconCircleX, order: 20, key: "f", members: true } },
  { route: oneRoute },
];
