import { IconRoute } from "@tabler/icons-react";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { Page } from "@/app/page";
import { rootRoute } from "@/app/root";
import { filtersOf } from "./search";

export const route = createRoute({
  getParentRoute: () => rootRoute,
  path: "/capabilities",
  validateSearch: filtersOf,
  component: lazyRouteComponent(() => import("./CapabilitiesPage"), "CapabilitiesPage"),
});

export const pages: Page[] = [{ route, navigation: { label: "Capabilities", icon: IconRoute, order: 32, key: "c" } }];
