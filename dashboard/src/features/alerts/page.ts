import { IconBell } from "@tabler/icons-react";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { Page } from "@/app/page";
import { rootRoute } from "@/app/root";
import { filtersOf } from "./search";

export const route = createRoute({
  getParentRoute: () => rootRoute,
  path: "/alerts",
  validateSearch: filtersOf,
  component: lazyRouteComponent(() => import("./AlertsPage"), "AlertsPage"),
});

export const pages: Page[] = [{ route, navigation: { label: "Alerts", icon: IconBell, order: 70, key: "e" } }];
