import { IconShieldLock } from "@tabler/icons-react";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { Page } from "@/app/page";
import { rootRoute } from "@/app/root";
import { filtersOf } from "./search";

export const route = createRoute({
  getParentRoute: () => rootRoute,
  path: "/admin",
  validateSearch: filtersOf,
  component: lazyRouteComponent(() => import("./AdminPage"), "AdminPage"),
});

export const pages: Page[] = [
  { route, navigation: { label: "Admin", icon: IconShieldLock, order: 90, key: "x", roles: ["admin"] } },
];
